// Commands that act: power, scripts, packages, ping.
#include <algorithm>

#include <fmt/core.h>

#include "sim/device/action.hpp"

namespace openstrat::sim {

const Job::Action* Job::find_action(std::string_view menu, std::string_view name) {
  static constexpr Action kActions[] = {
      {"/tool", "fetch", Policy::test, &Job::fetch},
      {"/", "import", Policy::read, &Job::import},
      {"/", "ping", Policy::test, &Job::ping},
      {"/tool", "ping", Policy::test, &Job::ping},
      {"/console", "inspect", Policy::read, &Job::inspect},
      {"/", "password", Policy::password, &Job::password},
      {"/", "quit", Policy::read, &Job::quit},
      {"/", "exit", Policy::read, &Job::quit},
      {"/file", "read", Policy::read, &Job::file_read},
      {"/certificate", "import", Policy::write, &Job::certificate_import},
      {"/system/backup", "save", Policy::write, &Job::backup_save},
      {"/system/backup", "load", Policy::write, &Job::backup_load},
      {"/system/script", "run", Policy::read, &Job::script_run},
      {"/system/logging/action", "clear", Policy::write, &Job::clear_log},
      {"/system", "reboot", Policy::reboot, &Job::reboot},
      {"/system", "shutdown", Policy::reboot, &Job::shutdown},
      {"/system", "reset-configuration", Policy::policy, &Job::reset_configuration},
      {"/system/package/update", "check-for-updates", Policy::write, &Job::check_for_updates},
      {"/system/package/update", "install", Policy::write, &Job::install_update},
  };
  const auto found = std::find_if(std::begin(kActions), std::end(kActions), [&](const Action& action) { return action.menu == menu && action.name == name; });
  return found == std::end(kActions) ? nullptr : found;
}

/// What a packet came to, as a record.
static Value ping_row(const Value& host, std::int64_t sequence, std::int64_t received, bool answered) {
  constexpr std::int64_t kTripNs = 9'512'000;
  Array row;
  row.set("seq", Value::num(sequence));
  row.set("host", Value::str(host.to_text()));
  if (answered) {
    for (const std::string_view name : {"time", "min-rtt", "avg-rtt", "max-rtt"}) row.set(name, Value::str(format_time_short(kTripNs)));
    row.set("size", Value::num(56));
    row.set("ttl", Value::num(54));
  } else {
    row.set("status", Value::str("timeout"));
  }
  row.set("sent", Value::num(sequence + 1));
  row.set("received", Value::num(received));
  row.set("packet-loss", Value::num((sequence + 1 - received) * 100 / (sequence + 1)));
  return Value::array(std::move(row));
}

Value Job::ping(const CommandCall& call) {
  const CallArgument* count = call.find("count");
  const CallArgument* address = call.find("address");
  if (address == nullptr) throw ScriptError("missing value(s) of argument(s) address");
  const auto asked = count == nullptr ? std::nullopt : parse_num(count->value.to_text());
  const std::int64_t packets = asked ? std::clamp<std::int64_t>(asked->as_num(), 1, 1000) : 1000;
  const bool as_value = call.has("as-value");
  Array rows;
  std::int64_t received = 0;
  for (std::int64_t i = 0; i < packets; ++i) {
    if (i > 0) delay(std::chrono::seconds(1));
    const bool answered = router_.link();
    received += answered ? 1 : 0;
    if (as_value) rows.push(ping_row(address->value, i, received, answered));
    if (!call.wants_value) put(fmt::format("{:>5} {:<40} {}", i, address->value.to_text(), answered ? "56  54 9ms" : "timeout"));
  }
  if (!call.wants_value) put(fmt::format("    sent={} received={} packet-loss={}%", packets, received, (packets - received) * 100 / packets));
  return as_value ? Value::array(std::move(rows)) : Value::num(received);
}

Value Job::script_run(const CommandCall& call) {
  const CallArgument* number = call.find("number");
  if (number == nullptr) throw ScriptError("missing value(s) of argument(s) number");
  const Value name = number->value.is(Type::array) && number->value.as_array().size() == 1 ? *number->value.as_array().at(0) : number->value;
  const std::string text = name.to_text();
  const auto id = parse_id(text);
  const FoundRow row = id ? router_.config().find("/system/script", id->as_id()) : router_.config().find_named("/system/script", text);
  if (!row) throw ScriptError("no such item");
  const std::string* source = row.row->find("source");
  const Policies before = std::exchange(request_.policies, router_.policies_for(*row.row, request_.policies));
  JobOutcome outcome = run_source(source == nullptr ? std::string() : *source);
  request_.policies = before;
  if (outcome.killed) throw ScriptKilled();
  if (outcome.error) throw ScriptError(*outcome.error);
  return outcome.value;
}

Value Job::reboot(const CommandCall&) {
  Router& router = router_;
  router.power_soon([&router] { router.reboot("router rebooted by admin"); });
  return {};
}

Value Job::shutdown(const CommandCall&) {
  Router& router = router_;
  router.power_soon([&router] { router.power_off(); });
  return {};
}

Value Job::check_for_updates(const CommandCall& call) {
  delay(std::chrono::seconds(1));
  const Facts& facts = router_.facts();
  Array row;
  for (const std::string_view property : {"installed-version", "latest-version", "status"}) {
    if (auto value = facts.fact("/system/package/update", 0, property)) {
      if (!call.wants_value) put(fmt::format("  {:>17}: {}", property, value->to_text()));
      row.set(property, *std::move(value));
    }
  }
  return Value::array(std::move(row));
}

Value Job::install_update(const CommandCall&) {
  const Version latest = router_.latest_version();
  if (latest <= router_.version()) return {};
  router_.upgrade(latest);
  return reboot({});
}

Value Job::quit(const CommandCall&) { throw ScriptKilled(); }

}  // namespace openstrat::sim
