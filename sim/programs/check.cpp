// The checker: a router's verdict over texts that are not run.
#include <iostream>

#include <boost/json.hpp>
#include <fmt/core.h>

#include "ros_language/parser.hpp"
#include "ros_language/structure.hpp"
#include "sim/device/births.hpp"
#include "sim/device/read_file.hpp"
#include "sim/programs/programs.hpp"

namespace openstrat::sim {

int run_check(const CheckOptions& options) {
  const auto versions = parse_versions(options.routeros);
  const auto chosen = parse_models(options.model);
  const auto packages = parse_packages(options.packages);
  if (!versions || !chosen || !packages) {
    const Error& error = !versions ? versions.error() : !chosen ? chosen.error() : packages.error();
    std::cerr << "openstrat-sim: " << error.fields().front().text << "\n";
    return 2;
  }
  if (versions->size() != 1) {
    std::cerr << "openstrat-sim: a check is of one RouterOS version, not of '" << options.routeros << "'\n";
    return 2;
  }
  const Version& version = versions->front();
  const Model& model = *chosen->front();
  const SchemaLookup& menus = SchemaLookup::of({.version = version, .chr = model.chr, .packages = packages_of(model, *packages)});
  bool all_accepted = true;
  for (const std::string& path : options.files) {
    const auto text = read_file(path);
    if (!text) {
      std::cerr << "openstrat-sim: " << text.error().message() << "\n";
      return 2;
    }
    const auto script = parse(*text, {.personality = Personality(version), .menus = &menus});
    all_accepted = all_accepted && script.has_value();
    if (options.format == "json") {
      boost::json::object row{{"file", path}, {"accepted", script.has_value()}, {"error", nullptr}, {"structure", nullptr}};
      if (!script) {
        const ParseError& error = script.error();
        row["error"] = boost::json::object{{"message", error.message}, {"line", error.position.line}, {"column", error.position.column}};
      } else if (options.structure) {
        row["structure"] = structure(**script);
      }
      std::cout << boost::json::serialize(row) << "\n";
    } else if (!script) {
      fmt::print("{}:{}:{}: {}\n", path, script.error().position.line, script.error().position.column, script.error().message);
    } else if (options.structure) {
      fmt::print("{}\n", structure(**script));
    }
  }
  return all_accepted ? 0 : 1;
}

}  // namespace openstrat::sim
