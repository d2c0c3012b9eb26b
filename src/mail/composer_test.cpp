#include "mail/composer.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/text.hpp"
#include "mail/template_files.hpp"

namespace openstrat::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> names_of_rules() {
  std::vector<std::string> names;
  for (const auto& rule : catalogue()) names.emplace_back(rule.name);
  return names;
}

class ComposerTest : public ::testing::Test {
 protected:
  static templates::Library load() {
    const auto set = template_files();
    auto library = templates::Library::load({&set, 1});
    EXPECT_TRUE(library.has_value()) << library.error().message();
    return std::move(*library);
  }
  Letter compose(const Message& message) {
    auto letter = composer_.compose(message);
    EXPECT_TRUE(letter.has_value()) << letter.error().message();
    return letter ? *letter : Letter{};
  }

  const templates::Library library_ = load();
  const Settings settings_{.from = "noreply@example.net", .brand = {.name = "Acme & Co", .color = "#aa0000"}};
  const Composer composer_{library_, settings_};
};

class EveryMail : public ComposerTest, public ::testing::WithParamInterface<std::string> {
 protected:
  const MailRule& rule() const { return *find_rule(GetParam()); }
  /// What the file uses of the mail's own fields: a section's name stands for its field.
  std::set<std::string> used_in(const std::string& ending) const {
    std::set<std::string> used;
    for (std::string name : library_.names_in("mail/" + GetParam() + ending)) {
      if (name.starts_with("no_")) name.erase(0, 3);
      if (name.starts_with("brand_") || name == "to_name" || name == "subject") continue;
      for (const FieldRule& field : rule().fields)
        if (field.kind == FieldKind::choice && name.starts_with(std::string(field.name) + "_")) name = field.name;
      used.insert(name);
    }
    return used;
  }
};
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryMail, ::testing::ValuesIn(names_of_rules()), [](const auto& info) { return info.param; });

TEST_P(EveryMail, UsesExactlyTheFieldsThatItDeclares) {
  std::set<std::string> declared;
  for (const FieldRule& field : rule().fields) declared.emplace(field.name);
  EXPECT_EQ(used_in(".html"), declared);
  EXPECT_EQ(used_in(".txt"), declared);
}

TEST_P(EveryMail, ShowsTheExampleOfEachFieldInBothParts) {
  const Letter letter = compose(example(rule()));
  EXPECT_FALSE(letter.subject.empty());
  for (const FieldRule& field : rule().fields) {
    if (field.kind == FieldKind::choice || field.kind == FieldKind::time) continue;
    std::string escaped;
    for (const char c : field.example) escaped += c == '&' ? "&amp;" : std::string(1, c);
    EXPECT_THAT(letter.html, HasSubstr(escaped)) << field.name;
    EXPECT_THAT(letter.text + letter.subject, HasSubstr(std::string(field.example))) << field.name;
  }
  EXPECT_THAT(letter.html, HasSubstr("lang=\"en\""));
  EXPECT_THAT(letter.html, Not(HasSubstr("{{")));
  EXPECT_THAT(letter.text, Not(HasSubstr("{{")));
  EXPECT_THAT(letter.text, Not(HasSubstr("\n\n\n")));
  EXPECT_THAT(letter.text, Not(HasSubstr("<")));
  EXPECT_TRUE(letter.text.starts_with("Hello Ada Lovelace,\n"));
}

TEST_P(EveryMail, IsRenderedWithoutItsOptionalFields) {
  Message bare = example(rule());
  bare.to_name.clear();
  Attributes required;
  for (const FieldRule& field : rule().fields)
    if (field.presence == Presence::required) required.set(field.name, *bare.fields.find(field.name));
  bare.fields = required;
  const Letter letter = compose(bare);
  EXPECT_TRUE(letter.text.starts_with("Hello,\n")) << letter.text;
}

TEST_P(EveryMail, EachWordOfAChoiceSaysSomethingElse) {
  for (const FieldRule& field : rule().fields) {
    if (field.kind != FieldKind::choice) continue;
    std::set<std::string> texts;
    const auto words = text::split(field.words, ' ');
    for (const auto word : words) {
      Message message = example(rule());
      message.fields.set(field.name, std::string(word));
      texts.insert(compose(message).text);
    }
    EXPECT_EQ(texts.size(), words.size());
  }
}

TEST_F(ComposerTest, NamesOfStrangersAreTextAndNoLinks) {
  Message message = example(*find_rule("invitation"));
  message.to_name = "<b>Ada</b>";
  message.fields.set("team_name", "Win now at https://evil.example/x?a=1 <script>");
  const Letter letter = compose(message);
  EXPECT_THAT(letter.html, HasSubstr("Hello &lt;b&gt;Ada&lt;/b&gt;,"));
  EXPECT_THAT(letter.html, Not(HasSubstr("<script>")));
  for (const auto& part : {letter.html, letter.text, letter.subject}) {
    EXPECT_THAT(part, Not(HasSubstr("https://evil")));
    EXPECT_THAT(part, Not(HasSubstr("evil.example")));
  }
  EXPECT_EQ(without_links("St. Gallen, Dr. A.B. at x@y.example"), "St. Gallen, Dr. A. B. at x@ y. example");
}

TEST_F(ComposerTest, TimesAreThoseOfTheReadersZone) {
  Message message = example(*find_rule("password_reset"));
  message.fields.set("expires_at", "2026-03-29T12:30:00.000000Z");
  EXPECT_THAT(compose(message).text, HasSubstr("Sunday, 29 March 2026, 14:30 (Europe/Berlin)"));
  message.timezone = "Middle/Earth";
  EXPECT_THAT(compose(message).text, HasSubstr("12:30 (UTC)"));
}

TEST_F(ComposerTest, TheBrandGivesNameAndColour) {
  const Letter letter = compose(example(*find_rule("test")));
  EXPECT_EQ(letter.subject, "Acme & Co can send mails");
  EXPECT_THAT(letter.html, HasSubstr("Acme &amp; Co"));
  EXPECT_THAT(letter.html, HasSubstr("background: #aa0000"));
  EXPECT_THAT(letter.html, HasSubstr("prefers-color-scheme: dark"));
}

TEST_F(ComposerTest, AnotherLanguageIsTakenWhereThereIsOne) {
  const templates::File german[] = {{"mail/test.de.txt", "Subject: Post von {{server}}\n\n{{sent_at}}{{to_name}}"}, {"mail/test.de.html", "<p>{{subject}} geht</p>"}};
  const std::span<const templates::File> sets[] = {template_files(), german};
  const auto library = templates::Library::load(sets);
  ASSERT_TRUE(library.has_value());
  const Composer composer(*library, settings_);
  Message message = example(*find_rule("test"));
  message.locale = "de-AT";
  EXPECT_EQ(composer.compose(message)->html, "<p>Post von mail.example.net:587 geht</p>");
  message.locale = "fr";
  EXPECT_THAT(composer.compose(message)->subject, HasSubstr("can send mails"));
}

TEST_F(ComposerTest, AnOperatorsTemplateThatAsksForMoreIsFoundAtStart) {
  const templates::File wrong[] = {{"mail/test.txt", "Subject: x\n\n{{phone}}"}};
  const std::span<const templates::File> sets[] = {wrong, template_files()};
  const auto library = templates::Library::load(sets);
  ASSERT_TRUE(library.has_value());
  const auto checked = Composer(*library, settings_).check_templates();
  ASSERT_FALSE(checked.has_value());
  EXPECT_THAT(checked.error().message(), HasSubstr("phone"));
  EXPECT_TRUE(composer_.check_templates().has_value());
}

}  // namespace
}  // namespace openstrat::mail
