// What is done to logs.
#include "sim/device/action.hpp"

namespace openstrat::sim {

Value Job::clear_log(const CommandCall& call) {
  const CallArgument* numbers = call.find("numbers");
  if (numbers == nullptr) throw ScriptError("missing value(s) of argument(s) numbers");
  const Value& given = numbers->value;
  const std::vector<Value> items = given.is(Type::array) ? given.as_array().items() : std::vector<Value>{given};
  const Config& config = router_.config();
  for (const Value& item : items) {
    const std::string text = item.to_text();
    const auto id = parse_id(text);
    const FoundRow row = id ? config.find("/system/logging/action", id->as_id()) : config.find_named("/system/logging/action", text);
    const std::string* name = row ? row.row->find("name") : nullptr;
    if (name == nullptr) throw ScriptError("no such item");
    if (!router_.logbook().clear(*name)) throw ScriptError("failure: cleanup not supported on this target");
  }
  return {};
}

}  // namespace openstrat::sim
