// Commands that act on the network: ping, counters, caches, device-mode.
#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/behaviour/device_mode.hpp"
#include "sim/device/action.hpp"
#include "sim/device/network.hpp"

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};
constexpr std::int64_t kEndless = 1000;  ///< a ping without count, for scripts that forgot it

std::string text_of(const CommandCall& call, std::string_view argument) {
  const CallArgument* given = call.find(argument);
  return given == nullptr ? std::string() : given->value.to_text();
}

/// What a ping has seen so far.
struct PingCount {
  std::int64_t sent = 0;
  std::int64_t received = 0;
  Duration least{0};
  Duration most{0};
  Duration sum{0};

  void add(const Echo& echo) {
    ++sent;
    if (!echo.answered) return;
    least = received == 0 ? echo.rtt : std::min(least, echo.rtt);
    most = std::max(most, echo.rtt);
    sum += echo.rtt;
    ++received;
  }
  std::int64_t loss() const { return sent == 0 ? 0 : (sent - received) * 100 / sent; }
};

/// v6 counts whole milliseconds.
Duration shown(Duration rtt, const Version& version) { return version >= kV7 ? rtt : std::chrono::floor<std::chrono::milliseconds>(rtt); }
std::string trip_text(Duration rtt, const Version& version) {
  const Duration exact = shown(rtt, version);
  return exact < std::chrono::milliseconds(1) && version < kV7 ? "0ms" : format_time_short(exact.count() * 1000);
}

Value ping_record(const PingCount& count, const Echo& echo, const std::string& host, const std::string& size, const Version& version) {
  const auto time = [&](Duration rtt) { return Value::time(shown(rtt, version).count() * 1000); };
  Array row;
  row.set("seq", Value::num(count.sent - 1));
  row.set("host", Value::str(host));
  if (echo.answered) {
    row.set("size", *parse_num(size));
    row.set("ttl", Value::num(54));
    row.set("time", time(echo.rtt));
  } else {
    row.set("status", Value::str(echo.status));
  }
  row.set("sent", Value::num(count.sent));
  row.set("received", Value::num(count.received));
  row.set("packet-loss", Value::num(count.loss()));
  if (count.received > 0) {
    row.set("min-rtt", time(count.least));
    row.set("avg-rtt", time(count.sum / count.received));
    row.set("max-rtt", time(count.most));
  }
  return Value::array(std::move(row));
}

std::string ping_summary(const PingCount& count, const Version& version) {
  std::string line = fmt::format("    sent={} received={} packet-loss={}%", count.sent, count.received, count.loss());
  if (count.received == 0) return line;
  return line + fmt::format(" min-rtt={} avg-rtt={} max-rtt={}", trip_text(count.least, version), trip_text(count.sum / count.received, version), trip_text(count.most, version));
}

/// Rows of the menu that `numbers` names.
std::vector<RowId> numbered(const Config& config, const CommandCall& call) {
  const CallArgument* numbers = call.find("numbers");
  if (numbers == nullptr) throw ScriptError("missing value(s) of argument(s) numbers");
  std::vector<RowId> rows;
  const auto add = [&](const Value& value) {
    const std::string text = value.to_text();
    const auto id = parse_id(text);
    const auto number = id ? std::nullopt : parse_num(text);
    const std::vector<FoundRow> all = config.rows(call.menu);
    const bool in_table = number && static_cast<std::uint64_t>(number->as_num()) < all.size();
    const FoundRow found = id ? config.find(call.menu, id->as_id()) : in_table ? all[static_cast<std::size_t>(number->as_num())] : config.find_named(call.menu, text);
    if (!found) throw ScriptError("no such item");
    rows.push_back(found.row->id);
  };
  if (numbers->value.is(Type::array)) {
    for (const Value& value : numbers->value.as_array().items()) add(value);
  } else {
    add(numbers->value);
  }
  return rows;
}

}  // namespace

Value release_client(Job& job, const CommandCall& call) {
  for (const RowId row : numbered(job.router().config(), call)) job.router().network().release_client(row);
  return {};
}

Value make_lease_static(Job& job, const CommandCall& call) {
  Router& router = job.router();
  const std::vector<RowId> rows = numbered(router.config(), call);
  for (const RowId row : rows) {
    if (!router.config().find(call.menu, row).row->dynamic) throw ScriptError("failure: can not make static item static");
  }
  for (const RowId row : rows) {
    router.config().edit(call.menu).find(row)->dynamic = false;
    router.row_changed(call.menu, row, Change::changed);
  }
  return {};
}

Value Job::ping(const CommandCall& call) {
  const std::string asked = text_of(call, "address");
  if (asked.empty()) throw ScriptError("missing value(s) of argument(s) address");
  const auto known = router_.network().address_of(asked);
  const Value resolved = known ? Value() : resolve(asked, {}, "ipv4");
  const auto address = known ? known : IpAddress::parse(resolved.to_text());
  EchoRequest request{.route = {.destination = *address, .table = text_of(call, "routing-table")}, .interface = text_of(call, "interface")};
  if (request.route.table.empty()) request.route.table = text_of(call, "vrf");
  if (const auto source = IpAddress::parse(text_of(call, "src-address"))) request.route.source = *source;
  const auto wanted = parse_num(text_of(call, "count"));
  const std::int64_t packets = wanted ? std::clamp<std::int64_t>(wanted->as_num(), 1, kEndless) : kEndless;
  const Duration interval = parse_duration(text_of(call, "interval")).value_or(std::chrono::seconds(1));
  const std::string size = parse_num(text_of(call, "size")) ? text_of(call, "size") : "56";
  const Version& version = router_.version();
  const bool as_value = call.has("as-value");
  PingCount count;
  Array rows;
  if (!call.wants_value && !as_value) put("  SEQ HOST                                     SIZE TTL TIME       STATUS");
  for (std::int64_t i = 0; i < packets; ++i) {
    if (i > 0) delay(interval);
    const Echo echo = router_.network().echo(request);
    count.add(echo);
    if (as_value) rows.push(ping_record(count, echo, address->to_string(), size, version));
    if (call.wants_value || as_value) continue;
    const std::string result = echo.answered ? fmt::format("{:>4}  54 {}", size, trip_text(echo.rtt, version)) : fmt::format("{:>4}  {:>3} {:<10} {}", "", "", "", echo.status);
    put(fmt::format("{:>5} {:<40} {}", i, address->to_string(), result));
  }
  if (!call.wants_value && !as_value) put(ping_summary(count, version));
  return as_value ? Value::array(std::move(rows)) : Value::num(count.received);
}

Value Job::reset_counters(const CommandCall& call) {
  std::vector<RowId> rows;
  if (const CallArgument* numbers = call.find("numbers"); numbers != nullptr && call.name == "reset-counters") {
    const auto add = [&](const Value& value) {
      if (value.is(Type::id)) rows.push_back(value.as_id());
      else if (const auto id = parse_id(value.to_text())) rows.push_back(id->as_id());
      else throw ScriptError("no such item");
    };
    if (numbers->value.is(Type::array)) {
      for (const Value& each : numbers->value.as_array().items()) add(each);
      if (rows.empty()) return {};
    } else {
      add(numbers->value);
    }
  }
  router_.network().reset_counters(call.menu, rows);
  return {};
}

Value Job::flush_names(const CommandCall&) {
  router_.network().flush_names();
  return {};
}

Value Job::hotspot_login(const CommandCall& call) {
  LoginRequest request{.user = text_of(call, "user"), .password = text_of(call, "password"), .mac = text_of(call, "mac-address"), .address = text_of(call, "ip")};
  const LoginVerdict verdict = router_.network().hotspot_login(request);
  if (!verdict.accepted) throw ScriptError("failure: " + verdict.error);
  return {};
}

/// Takes effect when somebody pulls the plug (or presses a button) in time; until then the command waits.
Value Job::update_device_mode(const CommandCall& call) {
  const Duration patience = parse_duration(text_of(call, "activation-timeout")).value_or(std::chrono::minutes(5));
  std::vector<std::pair<std::string, std::string>> wanted;
  for (const CallArgument& argument : call.arguments) {
    if (argument.name == "activation-timeout" || argument.flag) continue;
    std::string value = argument.value.to_text();
    if (argument.value.is(Type::boolean)) value = argument.value.as_bool() ? "yes" : "no";
    wanted.emplace_back(argument.name, std::move(value));
  }
  router_.ask_device_mode(std::move(wanted), patience);
  put(fmt::format("  update: please activate by turning power off or pressing reset or mode button in {}", format_time_short(patience.count() * 1000)));
  delay(patience);
  throw ScriptError("failure: update timed out");
}

}  // namespace openstrat::sim
