#include "sim/config/import.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "ros_language/parser.hpp"
#include "ros_menus/lookup.hpp"
#include "sim/config/host.hpp"
#include "sim/config/logical_lines.hpp"

namespace openstrat::sim {
namespace {

class Importer {
 public:
  Importer(Config& config, Facts& facts)
      : lookup_(SchemaLookup::of(config.view())),
        host_(config, lookup_, facts),
        session_{.personality = Personality(config.view().version), .menus = &lookup_, .limits = {}} {
    session_.limits.steps = 2'000'000'000;  // a long address list is not a runaway script
  }

  ImportResult run(std::string text) {
    ImportResult result;
    const auto script = parse(std::move(text), {.personality = session_.personality, .menus = &lookup_});
    if (!script) {
      result.error = script.error().to_string();
      result.line = script.error().position.line;
      return result;
    }
    const RunResult ran = Interpreter(host_, session_).run(*script);
    if (ran.error) {
      result.error = ran.error->message;
      result.line = ran.error->position.line;
    }
    for (const std::string& line : host_.output) result.output.append(line).append("\n");
    host_.output.clear();
    return result;
  }

 private:
  const SchemaLookup& lookup_;
  ConfigHost host_;
  Session session_;
};

bool is_menu_line(std::string_view line) {
  return line.starts_with('/') && line.find('=') == std::string_view::npos && line.find(" set ") == std::string_view::npos &&
         !line.ends_with(" add");
}

}  // namespace

ImportResult import_text(Config& config, std::string text, Facts& facts) {
  return Importer(config, facts).run(std::move(text));
}

std::vector<std::string> import_leniently(Config& config, const std::string& text, Facts& facts) {
  Importer importer(config, facts);
  std::vector<std::string> failures;
  std::string menu;
  LogicalLines lines(text);
  LogicalLine logical;
  while (lines.next(logical)) {
    std::string_view line = logical.text;
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    if (is_menu_line(line)) {
      menu = line;
      continue;
    }
    std::string statement = line.front() == '/' ? std::string(line) : menu + " " + std::string(line);
    const ImportResult result = importer.run(std::move(statement));
    if (result.error) failures.push_back(fmt::format("line {}: {}", logical.first, *result.error));
  }
  return failures;
}

}  // namespace openstrat::sim
