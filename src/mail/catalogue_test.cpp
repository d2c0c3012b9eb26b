#include "mail/catalogue.hpp"

#include <gtest/gtest.h>

namespace openstrat::mail {
namespace {

Message invitation() {
  return {.to = "ada@example.net", .template_name = "invitation",
          .fields = {{"team_name", "Acme"}, {"actor_name", "Robin"}, {"link", "https://auth.example.net/i/1"}, {"expires_at", "2026-03-29T12:00:00Z"}}};
}

TEST(Catalogue, AcceptsWhatATemplateDeclares) {
  EXPECT_TRUE(check(invitation()).has_value());
  Message with_role = invitation();
  with_role.fields.set("role", "Operator");
  EXPECT_TRUE(check(with_role).has_value());
}

TEST(Catalogue, RefusesMissingUnknownAndWrongFields) {
  const auto broken = [](const char* field, Attributes::Scalar value) {
    Message message = invitation();
    message.fields.set(field, std::move(value));
    return check(message);
  };
  EXPECT_FALSE(broken("link", "").has_value());
  EXPECT_FALSE(broken("link", "javascript:alert(1)").has_value());
  EXPECT_FALSE(broken("link", std::int64_t{1}).has_value());
  EXPECT_FALSE(broken("expires_at", "tomorrow").has_value());
  EXPECT_FALSE(broken("team_name", "Acme\r\nBcc: everyone@example.net").has_value());
  EXPECT_FALSE(broken("team_name", "\xff").has_value());
  EXPECT_FALSE(broken("colour", "red").has_value());
  Message unknown = invitation();
  unknown.template_name = "invitatoin";
  EXPECT_FALSE(check(unknown).has_value());
}

TEST(Catalogue, AChoiceIsOneOfItsWords) {
  Message message{.to = "ada@example.net", .template_name = "mfa_changed",
                  .fields = {{"change", "enabled"}, {"changed_at", "2026-03-29T12:00:00Z"}, {"security_link", "https://a.example/"}}};
  EXPECT_TRUE(check(message).has_value());
  message.fields.set("change", "able");
  EXPECT_FALSE(check(message).has_value());
}

TEST(Catalogue, AnAddressCannotCarryMoreThanItself) {
  for (const char* good : {"a@b", "ada.lovelace+x@example.net", "grüße@exämple.net", "o'neill@example.co.uk"}) EXPECT_TRUE(is_address(good)) << good;
  for (const char* bad : {"", "ada", "@example.net", "ada@", "a b@example.net", "ada@example.net\r\nBcc: x@y", "<ada@example.net>", "a@b@c", "ada@.net",
                          "ada@example..net", "ada@example.net,eve@example.net", "\"a\"@example.net", ".a@example.net", "-oX@example.net", "a@-x.net"})
    EXPECT_FALSE(is_address(bad)) << bad;
  EXPECT_FALSE(is_address(std::string(65, 'a') + "@example.net"));
  EXPECT_FALSE(is_address("a@" + std::string(260, 'a')));
}

}  // namespace
}  // namespace openstrat::mail
