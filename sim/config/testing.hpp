// A router for tests: a configuration, a fixed clock, a console.
#pragma once

#include <string>
#include <string_view>

#include "ros_language/parser.hpp"
#include "sim/config/export.hpp"
#include "sim/config/host.hpp"
#include "sim/config/import.hpp"
#include "sim/config/models.hpp"
#include "sim/lang/interpreter.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim::testing {

/// 2026-11-21 16:20:00 of a board with fixed numbers.
class FixedFacts final : public Facts {
 public:
  explicit FixedFacts(const Model& model) : model_(model) {}
  std::optional<Value> fact(std::string_view menu, RowId, std::string_view property) const override {
    if (menu == "/system/resource") {
      if (property == "version") return Value::str("7.20.8 (stable)");
      if (property == "board-name") return Value::str(model_.board_name);
      if (property == "architecture-name") return Value::str(model_.architecture);
      if (property == "bad-blocks") return Value::num(0);
    }
    if (menu == "/system/license" && property == (model_.chr ? "system-id" : "software-id")) return Value::str("SSXB-J5Q7");
    if (menu == "/system/routerboard" && !model_.product.empty()) {
      if (property == "model") return Value::str(model_.product);
      if (property == "serial-number") return Value::str("CC210E592C82");
    }
    return std::nullopt;
  }
  Timestamp now() const override { return Timestamp(std::chrono::seconds(1'795'278'000)); }

 private:
  const Model& model_;
};

inline constexpr Version kV6{6, 49, 17};
inline constexpr Version kV7{7, 20, 8};

class TestRouter {
 public:
  explicit TestRouter(Version version = kV7, std::string_view model = "rb750gr3",
                      DefaultConfiguration defaults = DefaultConfiguration::none, bool permissive = false)
      : model_(*find_model(model)),
        facts(model_),
        config(new_config(model_, version, defaults, permissive)),
        lookup_(SchemaLookup::of(config.view())),
        host(config, lookup_, facts),
        session_{.personality = Personality(version), .menus = &lookup_, .limits = {}} {}

  /// What the script returns, as text; or its error, as `error: …`.
  std::string run(std::string_view script) {
    const auto parsed = parse(std::string(script), {.personality = session_.personality, .menus = &lookup_});
    if (!parsed) return "error: " + parsed.error().to_string();
    const RunResult result = Interpreter(host, session_).run(*parsed);
    if (result.error) return "error: " + result.error->message;
    return result.value.to_text();
  }
  /// The export without its header.
  std::string exported(ExportOptions options = {}) {
    options.header = false;
    return export_config(config, facts, options);
  }
  std::string printed() {
    std::string text;
    for (const std::string& line : host.output) text.append(line).append("\n");
    host.output.clear();
    return text;
  }

 private:
  const Model& model_;

 public:
  FixedFacts facts;
  Config config;

 private:
  const SchemaLookup& lookup_;

 public:
  ConfigHost host;

 private:
  Session session_;
};

}  // namespace openstrat::sim::testing
