#include "sim/device/netwatch.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/config/dates.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kMenu = "/tool/netwatch";
constexpr Version kV7{7, 0, 0};

/// v6 writes its time-out in milliseconds (`1000ms`, `1s`).
Duration timeout_of(const Settings& row) { return row.time("timeout", std::chrono::seconds(3)); }

Duration mean(const std::vector<Duration>& trips) {
  Duration sum{0};
  for (const Duration trip : trips) sum += trip;
  return trips.empty() ? sum : sum / static_cast<std::int64_t>(trips.size());
}

Duration deviation(const std::vector<Duration>& trips) {
  double sum = 0;
  const auto middle = static_cast<double>(mean(trips).count());
  for (const Duration trip : trips) sum += std::pow(static_cast<double>(trip.count()) - middle, 2);
  return trips.empty() ? Duration(0) : Duration(static_cast<std::int64_t>(std::sqrt(sum / static_cast<double>(trips.size()))));
}

Duration jitter(const std::vector<Duration>& trips) {
  if (trips.empty()) return Duration(0);
  const auto [least, most] = std::ranges::minmax(trips);
  return most - least;
}

Value time_value(Duration length) { return Value::time(length.count() * 1000); }

}  // namespace

void Netwatch::start() {
  running_ = true;
  for (const FoundRow& found : router_.config().rows(kMenu)) plan(found.row->id, true);
}

void Netwatch::stop() {
  running_ = false;
  for (auto& [row, watched] : watched_) {
    if (watched.timer) router_.services().loop.cancel(*watched.timer);
  }
  watched_.clear();
}

void Netwatch::row_changed(RowId row, Change change) {
  if (!running_ || change == Change::moved) return;
  if (const auto known = watched_.find(row); known != watched_.end()) {
    if (known->second.timer) router_.services().loop.cancel(*known->second.timer);
    watched_.erase(known);
  }
  if (change != Change::removed) plan(row, false);
}

/// v7 waits a little after a change, and some minutes after a boot; v6 tests at once.
void Netwatch::plan(RowId row, bool booting) {
  const Settings settings(router_.config(), router_.config().find(kMenu, row));
  if (settings.row() == nullptr || !settings.enabled()) return;
  Duration wait = std::chrono::seconds(1);
  if (router_.version() >= kV7) {
    wait = settings.time("start-delay", std::chrono::seconds(3));
    const Duration after_boot = settings.time("startup-delay", std::chrono::minutes(5)) - router_.uptime();
    if (booting || after_boot > wait) wait = std::max(wait, after_boot);
  }
  watched_[row].since = router_.clock();
  arm(row, wait);
}

void Netwatch::arm(RowId row, Duration delay) {
  watched_[row].timer = router_.services().loop.after(delay, [this, row] { test(row); });
}

void Netwatch::test(RowId row) {
  const Settings settings(router_.config(), router_.config().find(kMenu, row));
  if (settings.row() == nullptr) return;
  Watched& watched = watched_[row];
  watched.last = probe(settings);
  ++watched.done;
  watched.failed += watched.last.up ? 0 : 1;
  const std::string status = watched.last.up ? "up" : "down";
  const bool first = watched.status == "unknown";
  const bool moved = status != watched.status;
  if (moved) {
    watched.status = status;
    watched.since = router_.clock();
  }
  const Duration interval = settings.time("interval", std::chrono::seconds(10));
  arm(row, std::max<Duration>(interval, std::chrono::milliseconds(100)));
  const std::string test_script(settings.get("test-script"));
  network_.run_hook(test_script, "netwatch", variables(settings, watched));
  if (moved) changed(settings, watched, first);
}

void Netwatch::changed(const Settings& row, Watched& watched, bool first) {
  const bool up = watched.status == "up";
  if (router_.version() >= kV7) {
    router_.write_log("netwatch,info", fmt::format("event {} [ type: {}, host: {} ]", watched.status, row.get("type"), row.get("host")));
  }
  if (first && row.yes(up ? "ignore-initial-up" : "ignore-initial-down")) return;
  network_.run_hook(row.get(up ? "up-script" : "down-script"), "netwatch", variables(row, watched));
}

void Netwatch::echoes(const Settings& row, const std::string& address, int count, Probe& probe) const {
  const auto to = network_.address_of(address);
  probe.sent = count;
  if (!to) return;
  EchoRequest request{.route = {.destination = *to}};
  if (const auto source = IpAddress::parse(row.get("src-address"))) request.route.source = *source;
  for (int i = 0; i < count; ++i) {
    const Echo echo = network_.echo(request);
    if (!echo.answered || echo.rtt > timeout_of(row)) continue;
    ++probe.received;
    probe.trips.push_back(echo.rtt);
  }
}

bool Netwatch::within_thresholds(const Settings& row, const Probe& probe) const {
  const auto below = [&](std::string_view name, Duration fallback, Duration value) { return value <= row.time(name, fallback); };
  const double lost = probe.sent == 0 ? 0 : 100.0 * (probe.sent - probe.received) / probe.sent;
  std::string_view percent = row.get("thr-loss-percent");
  if (percent.ends_with('%')) percent.remove_suffix(1);
  const Duration most = probe.trips.empty() ? Duration(0) : std::ranges::max(probe.trips);
  return lost <= text::parse_double(percent).value_or(85) && probe.sent - probe.received <= row.number("thr-loss-count", 1'000'000) &&
         below("thr-avg", std::chrono::milliseconds(100), mean(probe.trips)) && below("thr-max", std::chrono::seconds(1), most) &&
         below("thr-jitter", std::chrono::seconds(1), jitter(probe.trips)) && below("thr-stdev", std::chrono::milliseconds(250), deviation(probe.trips));
}

Netwatch::Probe Netwatch::probe(const Settings& row) const {
  Probe probe;
  const std::string host(row.get("host"));
  const std::string_view type = router_.version() >= kV7 ? row.get("type") : "simple";
  if (type == "dns") {
    const NameAnswer answer = network_.resolve({.name = host, .type = row.get("record-type").empty() ? "A" : std::string(row.get("record-type"))});
    probe.up = answer.status == NameStatus::answered;
    if (probe.up && !answer.data.empty()) probe.address = answer.data.front();
    return probe;
  }
  if (type == "icmp") {
    echoes(row, host, static_cast<int>(std::clamp<std::int64_t>(row.number("packet-count", 10), 1, 100)), probe);
    probe.up = probe.received > 0 && within_thresholds(row, probe);
    return probe;
  }
  echoes(row, host, 1, probe);
  probe.up = probe.received > 0;
  if (type == "simple" || type.empty() || !probe.up) return probe;
  const FarHost* far = network_.world().host(host);
  const std::int64_t port = row.number("port", type == "https-get" ? 443 : 80);
  probe.up = far == nullptr || std::ranges::find(far->closed_ports, port) == far->closed_ports.end();
  if (type == "tcp-conn") {
    probe.up = probe.up && probe.trips.front() <= row.time("thr-tcp-conn-time", std::chrono::seconds(1));
    return probe;
  }
  probe.http_status = !probe.up ? 0 : far == nullptr ? 200 : far->http_status;
  const std::string_view codes = row.get("http-codes");
  probe.up = probe.up && in_ranges(codes.empty() ? "100-299" : codes, probe.http_status).value_or(false) &&
             probe.trips.front() <= row.time("thr-http-time", std::chrono::seconds(10));
  return probe;
}

std::vector<std::pair<std::string, Value>> Netwatch::variables(const Settings& row, const Watched& watched) const {
  std::vector<std::pair<std::string, Value>> all;
  for (const std::string_view name : {"host", "name", "comment", "type", "interval", "timeout", "port"}) {
    if (const std::string_view value = row.get(name); !value.empty()) all.emplace_back(name, Value::str(value));
  }
  all.emplace_back("status", Value::str(watched.status));
  all.emplace_back("since", Value::str(format_date_time(watched.since, router_.version())));
  all.emplace_back("done-tests", Value::num(static_cast<std::int64_t>(watched.done)));
  all.emplace_back("failed-tests", Value::num(static_cast<std::int64_t>(watched.failed)));
  const Probe& last = watched.last;
  if (last.sent > 0) {
    all.emplace_back("sent-count", Value::num(last.sent));
    all.emplace_back("response-count", Value::num(last.received));
    all.emplace_back("loss-count", Value::num(last.sent - last.received));
    all.emplace_back("loss-percent", Value::num(100 * (last.sent - last.received) / last.sent));
  }
  if (!last.trips.empty()) {
    const auto [least, most] = std::ranges::minmax(last.trips);
    all.emplace_back("rtt-avg", time_value(mean(last.trips)));
    all.emplace_back("rtt-min", time_value(least));
    all.emplace_back("rtt-max", time_value(most));
    all.emplace_back("rtt-jitter", time_value(jitter(last.trips)));
    all.emplace_back("rtt-stdev", time_value(deviation(last.trips)));
  }
  if (last.http_status != 0) all.emplace_back("http-status-code", Value::num(last.http_status));
  if (!last.address.empty()) all.emplace_back("ip", Value::str(last.address));
  return all;
}

std::optional<Value> Netwatch::fact(RowId row, std::string_view property) const {
  const auto known = watched_.find(row);
  if (property == "status") return Value::str(known == watched_.end() ? "unknown" : known->second.status);
  if (known == watched_.end()) return std::nullopt;
  const Watched& watched = known->second;
  if (property == "since") return Value::str(format_date_time(watched.since, router_.version()));
  if (property == "done-tests") return Value::num(static_cast<std::int64_t>(watched.done));
  if (property == "failed-tests") return Value::num(static_cast<std::int64_t>(watched.failed));
  if (watched.last.sent == 0) return std::nullopt;
  if (property == "loss-count") return Value::num(watched.last.sent - watched.last.received);
  if (property == "loss-percent") return Value::str(fmt::format("{}%", 100 * (watched.last.sent - watched.last.received) / watched.last.sent));
  return property == "rtt-avg" && !watched.last.trips.empty() ? std::optional(time_value(mean(watched.last.trips))) : std::nullopt;
}

}  // namespace openstrat::sim
