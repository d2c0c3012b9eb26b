#include "oidc/redirect_uri.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace openstrat::oidc {
namespace {

TEST(RedirectUri, TakesHttpsLoopbackAndSchemesOfADomain) {
  for (const char* fine : {"https://app.example/callback", "https://app.example:8443/a/b?x=1", "http://127.0.0.1/done", "http://127.0.0.1:8080/done",
                           "http://[::1]:3000/", "http://localhost:5173/callback", "com.example.app:/oauth/done", "com.example.app://done"})
    EXPECT_EQ(complaint_about_redirect(fine), std::nullopt) << fine;
}

TEST(RedirectUri, RefusesWhatABrowserCouldBeTrickedWith) {
  for (const char* bad :
       {"", "app.example/callback", "/callback", "//app.example/", "http://app.example/", "https://", "https:///x", "https://user@app.example/",
        "https://app.example@evil.example/", "https://app.example/#top", "https://app.example/ x", "https://app.example\\@evil.example/",
        "https://app.example/\r\nX: y", "https://app.example:99999/", "https://app.example:/", "https://app.example:80x/", "javascript:alert(1)",
        "data:text/html,x", "file:///etc/passwd", "HTTPS://app.example/", "https://*.example/", "myapp://done", "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/", "https://[::1/"})
    EXPECT_NE(complaint_about_redirect(bad), std::nullopt) << bad;
}

TEST(RedirectUri, IsComparedCharacterByCharacter) {
  const std::vector<std::string> known{"https://app.example/callback"};
  EXPECT_TRUE(is_registered_redirect(known, "https://app.example/callback", true));
  for (const char* other : {"https://app.example/callback/", "https://app.example/callback/more", "https://app.example/callback?x=1", "https://app.example/",
                            "https://app.example/callback/../evil", "https://APP.example/callback", "http://app.example/callback",
                            "https://app.example:443/callback", "https://app.example/callbac%6B", "https://x@app.example/callback",
                            "https://app.example.evil.example/callback", ""})
    EXPECT_FALSE(is_registered_redirect(known, other, true)) << other;
}

TEST(RedirectUri, ANativeApplicationMayUseAnyPortOfItsMachine) {
  const std::vector<std::string> known{"http://127.0.0.1/done", "http://[::1]:1/done", "http://localhost/done"};
  EXPECT_TRUE(is_registered_redirect(known, "http://127.0.0.1:51004/done", true));
  EXPECT_TRUE(is_registered_redirect(known, "http://[::1]:51004/done", true));
  EXPECT_FALSE(is_registered_redirect(known, "http://127.0.0.1:51004/done", false));
  for (const char* other : {"http://localhost:51004/done", "http://127.0.0.1:51004/other", "http://127.0.0.1:51004/done?x=1", "https://127.0.0.1:51004/done",
                            "http://127.0.0.1:0/done", "http://127.0.0.1:70000/done", "http://127.0.0.1:5@evil.example/done", "http://127.0.0.2:5/done"})
    EXPECT_FALSE(is_registered_redirect(known, other, true)) << other;
}

TEST(RedirectUri, TellsItsOriginForAContentPolicy) {
  EXPECT_EQ(origin_of("https://app.example:8443/callback?x"), "https://app.example:8443");
  EXPECT_EQ(origin_of("com.example.app:/done"), "com.example.app:");
}

}  // namespace
}  // namespace openstrat::oidc
