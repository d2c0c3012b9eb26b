#include "sim/lang/testing.hpp"

namespace openstrat::sim::testing {

const Value* MapGlobals::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

void MapGlobals::set(std::string_view name, Value value) { values_.insert_or_assign(std::string(name), std::move(value)); }

void MapGlobals::erase(std::string_view name) {
  if (const auto found = values_.find(name); found != values_.end()) values_.erase(found);
}

std::vector<std::string> MapGlobals::names() const {
  std::vector<std::string> out;
  for (const auto& [name, value] : values_) out.push_back(name);
  return out;
}

Value RecordingHost::run_command(const CommandCall& call) {
  std::string path(call.menu);
  if (path.size() > 1) path += '/';
  path += call.name;
  std::string note = path;
  for (const CallArgument& argument : call.arguments) {
    note += argument.unset ? " !" : " ";
    note += argument.name;
    if (!argument.flag && !argument.unset) note += "=" + argument.value.to_text();
  }
  if (call.where != nullptr) note += " where";
  calls.push_back(std::move(note));
  const auto handler = handlers_.find(path);
  return handler == handlers_.end() ? Value() : handler->second(call);
}

void RecordingHost::log(std::string_view topics, std::string_view message) {
  logged.push_back(std::string(topics) + " " + std::string(message));
}

void RecordingHost::delay(std::chrono::nanoseconds length) {
  now_ += std::chrono::duration_cast<Duration>(length);
}

Value RecordingHost::execute(const ExecuteRequest& request) {
  executed.emplace_back(request.source);
  return request.as_string ? Value::str("output of " + std::string(request.source)) : Value::id(executed.size());
}

Value RecordingHost::resolve(std::string_view name, std::string_view, std::string_view) {
  if (name == "one.example") return Value::ip(Ip4{0x01010101});
  throw ScriptError("dns name does not exist");
}

Value MapRow::get(std::string_view property) const {
  const auto found = fields_.find(property);
  return found == fields_.end() ? Value() : found->second;
}

}  // namespace openstrat::sim::testing
