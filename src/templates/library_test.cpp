#include "templates/library.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "templates/brand.hpp"

namespace openstrat::templates {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

Result<Library> library(std::vector<File> files, const fs::path& overrides = {}) {
  const std::span<const File> set = files;
  return Library::load({&set, 1}, overrides);
}

std::string html(std::string_view text, const Fields& fields) {
  const auto loaded = library({{"t/a.html", text}});
  if (!loaded) return "not loaded: " + loaded.error().message();
  const auto out = loaded->render_html("t/a", fields);
  return out ? *out : "not rendered: " + out.error().message();
}

std::string text(std::string_view template_text, const Fields& fields) {
  const auto loaded = library({{"t/a.txt", template_text}});
  if (!loaded) return "not loaded: " + loaded.error().message();
  const auto out = loaded->render_text("t/a", fields);
  return out ? *out : "not rendered: " + out.error().message();
}

TEST(Library, EscapesByThePlaceWhereAValueStands) {
  const auto with = [](const char* value) { return Fields().text("v", value); };
  EXPECT_EQ(html("<p>{{v}}</p>", with("<script>alert('x')&\"")), "<p>&lt;script&gt;alert(&#39;x&#39;)&amp;&quot;</p>");
  EXPECT_EQ(html("<p title=\"{{v}}\">x</p>", with("\" onclick=\"go()")), "<p title=\"&quot; onclick=&quot;go()\">x</p>");
  EXPECT_EQ(html("<a href=\"{{v}}\">x</a>", with("https://a.example/?a=1&b=%22")), "<a href=\"https://a.example/?a=1&amp;b=%22\">x</a>");
  EXPECT_THAT(html("<a href=\"{{v}}\">x</a>", with("javascript:alert(1)")), Not(HasSubstr("javascript")));
  EXPECT_EQ(html("<p style=\"color:{{v}}\">x</p>", with("#1f5fbf")), "<p style=\"color:#1f5fbf\">x</p>");
  EXPECT_THAT(html("<p style=\"color:{{v}}\">x</p>", with("red;background:url(http://e.example)")), Not(HasSubstr("url(")));
  EXPECT_EQ(html("<p title={{v}}>x</p>", with("a onclick=go()")), "<p title=a_onclick=go__>x</p>");
  EXPECT_THAT(html("<script>var x = '{{v}}';</script>", with("';go();//</script>")), Not(HasSubstr("';go")));
  EXPECT_EQ(text("{{v}}\n", with("<b>&\"")), "<b>&\"\n");
}

TEST(Library, RefusesTemplatesThatCannotBeEscapedOrSwitchEscapingOff) {
  for (const char* bad : {"{{v:none}}", "{{%AUTOESCAPE context=\"TEXT\"}}{{v}}", "{{=[ ]=}}[v]", "{{V}}", "{{ v }}", "{{v", "{{#v}}x", "x{{/v}}", "{{#a}}{{#b}}{{/a}}{{/b}}",
                          "{{>t/missing.html}}", "<p {{v}}=\"x\">"})
    EXPECT_FALSE(library({{"t/a.html", bad}}).has_value()) << bad;
  const auto broken = library({{"t/a.html", "one\ntwo {{v:none}}\n"}});
  ASSERT_FALSE(broken.has_value());
  EXPECT_THAT(broken.error().message(), HasSubstr("t/a.html, line 2"));
}

TEST(Library, SectionsFollowTextsFlagsAndLists) {
  const char* page = "{{#who}}Hello {{who}}.{{/who}}{{#no_who}}Hello.{{/no_who}}{{#loud}}!{{/loud}}{{#rows}}[{{name}} of {{team}}]{{/rows}}{{#no_rows}}none{{/no_rows}}";
  const auto fields = [](const char* who, bool loud, std::vector<Fields> rows) {
    return Fields().text("who", who).flag("loud", loud).list("rows", std::move(rows)).text("team", "A");
  };
  EXPECT_EQ(html(page, fields("Ada", true, {Fields().text("name", "x"), Fields().text("name", "<y>").text("team", "B")})), "Hello Ada.![x of A][&lt;y&gt; of B]");
  EXPECT_EQ(html(page, fields("", false, {})), "Hello.none");
}

TEST(Library, AMissingNameIsAnErrorOnlyWhereItWouldShow) {
  EXPECT_THAT(html("{{a}}{{b}}", Fields().text("a", "1")), HasSubstr("needs 'b'"));
  EXPECT_THAT(html("{{#a}}{{b}}{{/a}}", Fields().flag("a", true)), HasSubstr("needs 'b'"));
  EXPECT_EQ(html("{{#a}}{{b}}{{/a}}", Fields().flag("a", false)), "");
  EXPECT_THAT(html("{{#a}}x{{/a}}", {}), HasSubstr("needs 'a'"));
  EXPECT_THAT(html("{{#a}}{{b}}{{/a}}", Fields().list("a", {Fields().text("b", "1"), Fields()})), HasSubstr("needs 'b'"));
}

TEST(Library, IncludesAreTakenAsTextAndSeenInTheirContext) {
  const auto loaded = library({{"t/_begin.html", "<h1 title=\""}, {"t/_end.html", "\">x</h1>"}, {"t/a.html", "{{>t/_begin.html}}{{v}}{{>t/_end.html}}"}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
  EXPECT_EQ(*loaded->render_html("t/a", Fields().text("v", "\"")), "<h1 title=\"&quot;\">x</h1>");
  EXPECT_FALSE(loaded->has("t/_begin.html"));
  EXPECT_FALSE(library({{"t/a.html", "{{>t/a.html}}"}}).has_value());
}

TEST(Library, LinesOfNothingButMarksLeaveNoLineBehind) {
  EXPECT_EQ(text("a\n{{! why }}\n  {{#b}}\nb\n  {{/b}}\n\nc", Fields().flag("b", true)), "a\nb\n\nc");
  EXPECT_EQ(text("a\n{{#b}}\nb\n{{/b}}\nc\n", Fields().flag("b", false)), "a\nc\n");
}

TEST(Library, NamesAreThoseOfSectionsAndTexts) {
  const auto loaded = library({{"t/a.html", "{{a}}{{#b}}{{c}}{{#no_d}}{{/no_d}}{{/b}}{{!e}}"}});
  EXPECT_THAT(loaded->names_in("t/a.html"), UnorderedElementsAre("a", "b", "c", "no_d"));
}

TEST(Library, AnOperatorsFileTakesThePlaceOfOurs) {
  const fs::path directory = fs::path(::testing::TempDir()) / "overrides";
  fs::create_directories(directory / "t");
  std::ofstream(directory / "t" / "a.html") << "theirs {{v}}";
  std::ofstream(directory / "notes.md") << "{{not a template}}";
  const auto loaded = library({{"t/a.html", "ours {{v}}"}, {"t/b.html", "ours {{v}}"}}, directory);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
  EXPECT_EQ(*loaded->render_html("t/a", Fields().text("v", "<")), "theirs &lt;");
  EXPECT_EQ(*loaded->render_html("t/b", Fields().text("v", "<")), "ours &lt;");
  std::ofstream(directory / "t" / "a.html") << "{{v:none}}";
  EXPECT_FALSE(library({{"t/a.html", "ours"}}, directory).has_value());
  EXPECT_FALSE(library({{"t/a.html", "ours"}}, directory / "absent").has_value());
  fs::remove_all(directory);
}

TEST(Brand, ButtonsAreReadableOnTheirColour) {
  const auto on = [](const char* color) {
    Fields fields;
    add_brand(fields, {.color = color});
    return std::get<std::string>(*fields.find("brand_on_color"));
  };
  EXPECT_EQ(on("#1f5fbf"), "#ffffff");
  EXPECT_EQ(on("#FFD700"), "#000000");
  EXPECT_EQ(on("red;}"), "#ffffff");  // not a colour: the default one
}

}  // namespace
}  // namespace openstrat::templates
