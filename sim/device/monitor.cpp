#include "sim/device/monitor.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/behaviour/settings.hpp"
#include "sim/device/job.hpp"
#include "sim/device/network.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kInterval = std::chrono::seconds(1);
constexpr Duration kShortest = std::chrono::milliseconds(20);
constexpr Duration kEndless = std::chrono::hours(24 * 365);
constexpr std::size_t kWidestColumn = 16;  ///< longer values stand out

std::optional<Duration> time_argument(const CommandCall& call, std::string_view name) {
  const CallArgument* given = call.find(name);
  if (given == nullptr) return std::nullopt;
  const auto length = parse_duration(given->value.to_text());
  if (!length) throw ScriptError(fmt::format("invalid value for argument {}", name));
  return length;
}

/// `3.6kbps`
std::string rate_text(std::int64_t bits) {
  constexpr std::string_view kUnits[] = {"bps", "kbps", "Mbps", "Gbps"};
  auto amount = static_cast<double>(bits);
  std::size_t unit = 0;
  for (; amount >= 1000 && unit + 1 < std::size(kUnits); ++unit) amount /= 1000;
  return unit == 0 ? fmt::format("{}bps", bits) : fmt::format("{:.1f}{}", amount, kUnits[unit]);
}

std::string shown(const MonitorField& field) {
  if (field.value.is(Type::boolean)) return field.value.as_bool() ? "yes" : "no";
  if (field.value.is(Type::time)) return format_time_short(field.value.as_time_ns());
  if (field.unit == "bps" && field.value.is(Type::num)) return rate_text(field.value.as_num());
  return field.value.to_text() + std::string(field.unit);
}

const MonitorField* field_of(const MonitorRecord& record, std::string_view name) {
  const auto found = std::ranges::find(record, name, &MonitorField::name);
  return found == record.end() ? nullptr : &*found;
}

/// Names of all fields, in order; a record may lack some.
std::vector<std::string_view> names_of(const MonitorFrame& frame) {
  std::vector<std::string_view> names;
  for (const MonitorRecord& record : frame) {
    for (const MonitorField& field : record) {
      if (std::ranges::find(names, field.name) == names.end()) names.push_back(field.name);
    }
  }
  return names;
}

/// `    name: ether1 ether2`
std::vector<std::string> record_lines(const MonitorFrame& frame) {
  std::vector<std::size_t> widths(frame.size(), 0);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    for (const MonitorField& field : frame[i]) widths[i] = std::max(widths[i], std::min(shown(field).size(), kWidestColumn));
  }
  const std::vector<std::string_view> names = names_of(frame);
  std::size_t width = 0;
  for (const std::string_view name : names) width = std::max(width, name.size());
  std::vector<std::string> lines;
  for (const std::string_view name : names) {
    std::string line = fmt::format("  {:>{}}:", name, width);
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const MonitorField* field = field_of(frame[i], name);
      line += fmt::format(" {:<{}}", field == nullptr ? std::string() : shown(*field), widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> table_lines(const MonitorFrame& frame, bool modern) {
  const std::vector<std::string_view> names = names_of(frame);
  std::vector<std::size_t> widths;
  for (const std::string_view name : names) {
    std::size_t width = name.size();
    for (const MonitorRecord& record : frame) {
      if (const MonitorField* field = field_of(record, name)) width = std::max(width, shown(*field).size());
    }
    widths.push_back(width);
  }
  const auto line = [&](const auto& cell) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) out += fmt::format("{}{:<{}}", i == 0 ? "" : modern ? "  " : " ", cell(names[i]), widths[i]);
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
  };
  const auto upper = [](std::string_view name) {
    std::string out(name);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
  };
  std::vector<std::string> lines;
  if (modern && !names.empty()) {
    std::string head = "Columns: ";
    for (const std::string_view name : names) head += (name == names.front() ? "" : ", ") + upper(name);
    lines.push_back(std::move(head));
  }
  lines.push_back(line(upper));
  for (const MonitorRecord& record : frame) {
    lines.push_back(line([&](std::string_view name) {
      const MonitorField* field = field_of(record, name);
      return field == nullptr ? std::string() : shown(*field);
    }));
  }
  return lines;
}

Value as_value(const MonitorFrame& frame, Monitor::Shape shape) {
  const auto map = [](const MonitorRecord& record) {
    Array values;
    for (const MonitorField& field : record) values.set(std::string(field.name), field.value);
    return Value::array(std::move(values));
  };
  if (frame.size() == 1 && shape == Monitor::Shape::records) return map(frame.front());
  Array all;
  for (const MonitorRecord& record : frame) all.push(map(record));
  return Value::array(std::move(all));
}

void choose(MonitorFrame& frame, const CommandCall& call) {
  const CallArgument* list = call.find("proplist");
  if (list == nullptr) return;
  std::string words = "," + list->value.to_text() + ",";
  std::ranges::replace(words, ';', ',');
  for (MonitorRecord& record : frame) {
    std::erase_if(record, [&](const MonitorField& field) { return !words.contains("," + std::string(field.name) + ","); });
  }
}

void run_code(const CommandCall& call, const CallArgument& code, const MonitorFrame& frame) {
  for (const MonitorRecord& record : frame) {
    std::vector<NamedValue> variables;
    for (const MonitorField& field : record) variables.push_back({field.name, field.value});
    call.runner->run_code(code.value, variables);
  }
}

MonitorFrame look_at_resource(Router& router, const CommandCall&) {
  const Facts& facts = router.facts();
  const auto number = [&](std::string_view property) {
    const auto value = facts.fact("/system/resource", 0, property);
    return value && value->is(Type::num) ? value->as_num() : 0;
  };
  const std::int64_t load = number("cpu-load");
  std::string each;
  for (std::int64_t i = 0; i < std::max<std::int64_t>(number("cpu-count"), 1); ++i) each += fmt::format("{}{}%", i == 0 ? "" : ",", load);
  return {{{"cpu-used", Value::num(load), "%"}, {"cpu-used-per-cpu", Value::str(each)}, {"free-memory", Value::num(number("free-memory") / 1024), "KiB"}}};
}

MonitorFrame look_at_radius(Router&, const CommandCall&) {
  MonitorRecord record;
  for (const std::string_view name : {"pending", "requests", "accepts", "rejects", "resends", "timeouts", "bad-replies"}) record.push_back({name, Value::num(0)});
  record.push_back({"last-request-rtt", Value::str("0ms")});
  return {record};
}

MonitorFrame look_at_incoming_radius(Router&, const CommandCall&) {
  MonitorRecord record;
  for (const std::string_view name : {"requests", "bad-requests", "acks", "naks"}) record.push_back({name, Value::num(0)});
  return {record};
}

MonitorFrame look_at_profile(Router& router, const CommandCall& call) {
  const auto load = router.facts().fact("/system/resource", 0, "cpu-load");
  const double total = load && load->is(Type::num) ? static_cast<double>(load->as_num()) : 0;
  const CallArgument* cpu = call.find("cpu");
  const bool one = cpu != nullptr && cpu->value.to_text() != "total" && cpu->value.to_text() != "all";
  MonitorFrame frame;
  const auto add = [&](std::string_view name, double usage) {
    MonitorRecord record{{"name", Value::str(std::string(name))}};
    if (one) record.push_back({"cpu", Value::str(cpu->value.to_text())});
    record.push_back({"usage", Value::str(fmt::format("{:.1f}", usage)), "%"});
    frame.push_back(std::move(record));
  };
  add("networking", total / 2);
  add("management", total / 4);
  add("firewall", total / 8);
  add("unclassified", total / 8);
  add("idle", 100 - total);
  return frame;
}

constexpr auto kTable = Monitor::Shape::table;
constexpr Monitor kMonitors[] = {
    {"/interface", "monitor-traffic", look_at_traffic},
    {"/interface/ethernet", "monitor", look_at_ethernet},
    {"/interface/wireless", "monitor", look_at_wireless},
    {"/interface/wifi", "monitor", look_at_wifi},
    {"/interface/wifiwave2", "monitor", look_at_wifi},
    {"/interface/lte", "monitor", look_at_lte},
    {"/interface/lte", "info", look_at_lte},
    {"/interface/bridge", "monitor", look_at_bridge},
    {"/interface/bridge/port", "monitor", look_at_bridge_port},
    {"/interface/bonding", "monitor", look_at_bonding},
    {"/interface/l2tp-client", "monitor", look_at_client},
    {"/interface/ovpn-client", "monitor", look_at_client},
    {"/interface/pppoe-client", "monitor", look_at_client},
    {"/interface/pptp-client", "monitor", look_at_client},
    {"/interface/sstp-client", "monitor", look_at_client},
    {"/radius", "monitor", look_at_radius},
    {"/radius/incoming", "monitor", look_at_incoming_radius},
    {"/system/resource", "monitor", look_at_resource},
    {"/tool", "profile", look_at_profile, kTable},
    {"/tool", "torch", look_at_flows, kTable},
    {"/tool/sniffer", "quick", look_at_packets, kTable},
};

}  // namespace

const Monitor* find_monitor(std::string_view menu, std::string_view name) {
  const auto found = std::ranges::find_if(kMonitors, [&](const Monitor& monitor) { return monitor.menu == menu && monitor.name == name; });
  return found == std::end(kMonitors) ? nullptr : &*found;
}

std::vector<Interface> interfaces_of(Router& router, const CommandCall& call, std::string_view argument, std::string_view unknown) {
  const CallArgument* given = call.find(argument);
  if (given == nullptr) throw ScriptError(fmt::format("missing value(s) of argument(s) {}", argument));
  std::vector<Interface> found;
  const auto add = [&](const FoundRow& row) {
    const Interface* interface = row ? router.network().interfaces().find(row.row->id) : nullptr;
    if (interface == nullptr) throw ScriptError(std::string(unknown));
    found.push_back(*interface);
  };
  const Config& config = router.config();
  const auto add_word = [&](std::string_view word) {
    if (const auto id = parse_id(word)) return add(config.find(call.menu, id->as_id()));
    const FoundRow named = config.find_named(call.menu, word);
    const auto number = named ? std::nullopt : parse_num(word);
    const std::vector<FoundRow> rows = number ? config.rows(call.menu) : std::vector<FoundRow>();
    add(number && static_cast<std::uint64_t>(number->as_num()) < rows.size() ? rows[static_cast<std::size_t>(number->as_num())] : named);
  };
  const auto add_value = [&](const Value& value) {
    const std::string text = value.to_text();
    if (config.find_named(call.menu, text)) return add_word(text);
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      add_word(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  };
  if (given->value.is(Type::array)) {
    for (const Value& value : given->value.as_array().items()) add_value(value);
  } else {
    add_value(given->value);
  }
  return found;
}

Value run_monitor(Job& job, const CommandCall& call, const Monitor& monitor) {
  job.refuse_waiting();
  Router& router = job.router();
  const auto length = time_argument(call, "duration");
  const bool for_value = call.has("as-value");
  const bool once = call.has("once") || (length && *length <= Duration(0)) || (for_value && !length);
  const Duration interval = std::max(time_argument(call, "interval").value_or(kInterval), kShortest);
  const Duration until = router.elapsed() + length.value_or(kEndless);
  const CallArgument* code = call.find("do");
  const CallArgument* file = call.find("file");
  std::string written;
  for (;;) {
    MonitorFrame frame = monitor.look(router, call);
    choose(frame, call);
    const bool last = once || router.elapsed() >= until;
    if (code != nullptr && call.runner != nullptr) run_code(call, *code, frame);
    if (for_value && last) return as_value(frame, monitor.shape);
    if (code == nullptr && !for_value && !call.wants_value) {
      const bool modern = router.version() >= Version{7, 0, 0};
      for (const std::string& line : monitor.shape == Monitor::Shape::table ? table_lines(frame, modern) : record_lines(frame)) {
        if (file != nullptr) written.append(line).append("\r\n");
        else job.put(line);
      }
    }
    if (last) break;
    job.delay(std::min(interval, until - router.elapsed()));
  }
  if (file != nullptr) {
    job.require(Policy::ftp);
    job.write_file(file->value.to_text() + ".txt", std::move(written), call.has("append"));
  }
  return {};
}

}  // namespace openstrat::sim
