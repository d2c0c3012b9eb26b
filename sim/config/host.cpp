#include "sim/config/host.hpp"

namespace openstrat::sim {

ConfigHost::ConfigHost(Config& config, const SchemaLookup& lookup, Facts& facts)
    : facts_(facts), commands_(config, lookup, facts, *this) {}

Value ConfigHost::run_command(const CommandCall& call) { return commands_.owns(call) ? commands_.run(call) : Value(); }

Value ConfigHost::execute(const ExecuteRequest&) { throw ScriptError("failure: nothing runs in the background here"); }

Value ConfigHost::resolve(std::string_view, std::string_view, std::string_view) {
  throw ScriptError("failure: dns name does not exist");
}

void ConfigHost::save_file(std::string_view name, std::string contents, bool append) {
  std::string& file = files[std::string(name)];
  file = append ? file + contents : std::move(contents);
}

const Value* ConfigHost::OwnGlobals::find(std::string_view name) const {
  const auto known = values_.find(name);
  return known == values_.end() ? nullptr : &known->second;
}

std::vector<std::string> ConfigHost::OwnGlobals::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : values_) names.push_back(name);
  return names;
}

}  // namespace openstrat::sim
