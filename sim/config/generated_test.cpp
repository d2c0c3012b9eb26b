// A property over configurations that nobody wrote: export, import, export gives the same bytes, on every personality.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.hpp"
#include "sim/config/testing.hpp"

namespace openstrat::sim {
namespace {

using testing::TestRouter;

constexpr Version kPersonalities[] = {{6, 49, 17}, {7, 9, 2}, {7, 15, 3}, {7, 18, 2}, {7, 19, 6}, {7, 20, 8}, {7, 24, 0}};

/// Writes `add` and `set` commands with values that fit the schema of a version, and some that do not.
class Generator {
 public:
  Generator(std::uint64_t seed, const Config& config) : rng_(seed), config_(config), view_(config.view()) {
    for (const Menu* menu : Schema::instance().menus()) {
      if (menu->exported && visible(*menu) && menu->kind_in(view_.version) != MenuKind::directory && !menu->path.starts_with("/~")) menus_.push_back(menu);
    }
  }

  std::string command() {
    const Menu& menu = *menus_[rng_.below(menus_.size())];
    const bool single = menu.is_singleton(view_.version);
    if (!single && menu.command("add", view_).item == nullptr) return {};
    std::string out = spaced(menu.path) + (single ? " set" : " add");
    for (const ArgumentSpec& property : menu.properties) {
      if (property.read_only || !property.versions.contains(view_.version) || !(property.required || rng_.below(4) == 0)) continue;
      if (property.type == ArgType::flag) out += " " + std::string(property.name);
      else out += " " + std::string(property.name) + "=" + quoted(value(property));
    }
    return out;
  }

 private:
  bool visible(const Menu& menu) const {
    for (const Menu* at = &menu; at != nullptr; at = at->parent) {
      if (!at->visible(view_)) return false;
    }
    return true;
  }
  static std::string spaced(std::string path) {
    std::replace(path.begin() + 1, path.end(), '/', ' ');
    return path;
  }
  static std::string quoted(const std::string& value) {
    std::string out = "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\' || c == '$') out += '\\';
      if (c == '\n') out += "\\n";
      else out += c;
    }
    return out + '"';
  }
  std::string word() {
    constexpr std::string_view kWords[] = {"lan", "wan1", "guest net", "a\"b", "x=y", "$v", "#tag", "q?", "two\nlines", "Z\xC3\xBCrich", "", "very", "a,b", "back\\slash"};
    std::string out(kWords[rng_.below(std::size(kWords))]);
    if (rng_.below(6) == 0) out += std::string(60 + rng_.below(60), static_cast<char>('a' + rng_.below(26)));
    return out;
  }
  std::string address() { return std::to_string(1 + rng_.below(223)) + "." + std::to_string(rng_.below(256)) + "." + std::to_string(rng_.below(256)) + "." + std::to_string(rng_.below(256)); }
  /// One with a comma cannot be told from two in a list.
  std::string name() {
    std::string out = word();
    std::replace(out.begin(), out.end(), ',', '.');
    return out;
  }
  std::string value(const ArgumentSpec& property) {
    if (property.is_name) return name();
    if (property.default_value && rng_.below(5) == 0) return std::string(*property.default_value);
    switch (property.type) {
      case ArgType::number: {
        const std::int64_t low = std::max<std::int64_t>(property.minimum, 0);
        return std::to_string(low + static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(std::min<std::int64_t>(property.maximum, low + 5000) - low + 1))));
      }
      case ArgType::boolean: return rng_.below(2) == 0 ? "yes" : "no";
      case ArgType::ip: return address();
      case ArgType::prefix: return address() + "/" + std::to_string(8 + rng_.below(25));
      case ArgType::address: return rng_.below(3) == 0 ? address() + "-" + address() : address() + (rng_.below(2) == 0 ? "/24" : "");
      case ArgType::time: return std::to_string(rng_.below(100'000)) + "s";
      case ArgType::mac: return "02:00:00:00:00:" + std::string(1, "0123456789ABCDEF"[rng_.below(16)]) + "A";
      case ArgType::enumeration: return property.values.empty() ? word() : std::string(property.values[rng_.below(property.values.size())]);
      case ArgType::reference: return reference(property);
      case ArgType::script: return ":put \"" + word() + "\"\r\n:log info x";
      default: return word();
    }
  }
  std::string reference(const ArgumentSpec& property) {
    if (!property.values.empty() && rng_.below(2) == 0) return std::string(property.values[rng_.below(property.values.size())]);
    if (const std::string name = taken_name(property); !name.empty() && rng_.below(3) > 0) return name;
    const bool interface = std::any_of(property.references.begin(), property.references.end(), [](std::string_view to) { return to.starts_with("/interface"); });
    return interface ? "ether" + std::to_string(1 + rng_.below(5)) : "default";
  }

  /// Of a row that was made before, in any menu that the property points to.
  std::string taken_name(const ArgumentSpec& property) {
    if (property.references.empty()) return {};
    const std::vector<FoundRow> rows = config_.rows(property.references[rng_.below(property.references.size())]);
    if (rows.empty()) return {};
    const std::string* name = rows[rng_.below(rows.size())].row->find("name");
    return name == nullptr ? std::string() : *name;
  }

  SeededRng rng_;
  const Config& config_;
  TreeView view_;
  std::vector<const Menu*> menus_;
};

class Generated : public ::testing::TestWithParam<std::tuple<Version, int>> {};

TEST_P(Generated, ConfigurationsExportToThemselves) {
  const auto& [version, seed] = GetParam();
  TestRouter first(version, "rb4011", DefaultConfiguration::factory);
  Generator generator(static_cast<std::uint64_t>(seed), first.config);
  int taken = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string command = generator.command();
    if (!command.empty() && !first.run(command).starts_with("error: ")) ++taken;
  }
  EXPECT_GT(taken, 60) << "most of what is generated should be acceptable";
  const ExportOptions all{.show_secrets = true};
  const std::string text = export_config(first.config, first.facts, all);
  for (const bool terse : {false, true}) {
    TestRouter second(version, "rb4011", DefaultConfiguration::none);
    ExportOptions form = all;
    form.terse = terse;
    const ImportResult imported = import_text(second.config, export_config(first.config, first.facts, form), second.facts);
    ASSERT_FALSE(imported.error) << "seed " << seed << ": " << *imported.error << " in line " << imported.line << "\n" << text;
    ASSERT_EQ(export_config(second.config, second.facts, all), text) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryPersonality, Generated, ::testing::Combine(::testing::ValuesIn(kPersonalities), ::testing::Range(1, 9)),
                         [](const auto& info) {
                           std::string name = "V" + std::get<0>(info.param).to_string() + "_seed" + std::to_string(std::get<1>(info.param));
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace openstrat::sim
