// `monitor` of tunnel clients.
#include <fmt/core.h>

#include "sim/behaviour/settings.hpp"
#include "sim/device/action.hpp"
#include "sim/device/network.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kUnlessTold = std::chrono::seconds(1);

/// The one client that `numbers` names: an id, or its name.
RowId monitored(const CommandCall& call, const Config& config) {
  const CallArgument* numbers = call.find("numbers");
  if (numbers == nullptr) throw ScriptError("missing value(s) of argument(s) numbers");
  const bool list = numbers->value.is(Type::array);
  if (list && numbers->value.as_array().size() != 1) throw ScriptError("failure: monitor of one interface only");
  const Value& one = list ? *numbers->value.as_array().at(0) : numbers->value;
  const std::string text = one.to_text();
  const auto id = one.is(Type::id) ? std::optional(one) : parse_id(text);
  const FoundRow row = id ? config.find(call.menu, id->as_id()) : config.find_named(call.menu, text);
  if (!row) throw ScriptError("no such item");
  return row.row->id;
}

Duration time_argument(const CommandCall& call, std::string_view name, Duration fallback) {
  const CallArgument* given = call.find(name);
  return given == nullptr ? fallback : parse_duration(given->value.to_text()).value_or(fallback);
}

}  // namespace

Value Job::monitor_client(const CommandCall& call) {
  const RowId row = monitored(call, router_.config());
  const bool once = call.has("once") || (call.has("as-value") && !call.has("duration"));
  const Duration until = router_.elapsed() + time_argument(call, "duration", std::chrono::hours(24));
  Array record;
  do {
    const Interface* interface = router_.network().interfaces().find(row);
    if (interface == nullptr) throw ScriptError("no such item");
    const auto shown = router_.network().monitor_client(*interface);
    record = Array();
    std::vector<NamedValue> variables;
    for (const auto& [name, value] : shown) {
      record.set(name, value);
      variables.push_back({name, value});
    }
    if (const CallArgument* code = call.find("do"); code != nullptr && call.runner != nullptr) call.runner->run_code(code->value, variables);
    else if (!call.wants_value && !call.has("as-value")) {
      for (const auto& [name, value] : shown) put(fmt::format("  {:>14}: {}", name, value.to_text()));
    }
    if (!once) delay(time_argument(call, "interval", kUnlessTold));
  } while (!once && router_.elapsed() < until);
  return call.has("as-value") ? Value::array(std::move(record)) : Value();
}

}  // namespace openstrat::sim
