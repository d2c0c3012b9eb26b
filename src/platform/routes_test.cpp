#include "platform/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/in_memory.hpp"

namespace openstrat::platform {
namespace {

using ::testing::HasSubstr;

class PlatformTest : public ::testing::Test {
 protected:
  PlatformTest() : router_(http::testing::in_memory_hooks(clock_, authenticator_)) {
    authenticator_.add("user", http::testing::user_with({}, {}));
    add_routes(router_, {.product = "OpenStrat", .version = "1.2.3", .infrastructure = {{"backup_upload", "sftp.example.net", 2222, "sftp", "Backups."}},
                         .region_host = "device.example.net", .trouble = [this] { return trouble_; }});
  }
  std::string get(const char* path) { return http::testing::send(router_, http::Method::get, path, {.token = "user"}).body; }

  ManualClock clock_{from_unix_us(0)};
  http::testing::FakeAuthenticator authenticator_;
  http::Router router_;
  std::string trouble_;
};

TEST_F(PlatformTest, FirewallsLearnWhatToLetThrough) {
  EXPECT_EQ(get("/infrastructure-ips"), R"({"endpoints":[{"role":"backup_upload","host":"sftp.example.net","port":2222,"protocol":"sftp","purpose":"Backups."}]})");
  EXPECT_EQ(get("/infrastructure"), get("/infrastructure-ips"));
}

TEST_F(PlatformTest, TellsVersionAndRegion) {
  EXPECT_EQ(get("/version"), R"({"product":"OpenStrat","version":"1.2.3"})");
  EXPECT_EQ(get("/regions"), R"([{"code":"default","name":"Default","fqdn":"device.example.net"}])");
}

TEST_F(PlatformTest, TheStatusIsHonest) {
  EXPECT_THAT(get("/status"), HasSubstr(R"("status":"operational")"));
  trouble_ = "The database does not answer.";
  EXPECT_THAT(get("/status"), HasSubstr(R"("status":"degraded","message":"The database does not answer.")"));
}

}  // namespace
}  // namespace openstrat::platform
