#include "sim/device/logbook.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kRules = "/system/logging";
constexpr std::string_view kActions = "/system/logging/action";
constexpr std::size_t kMaxUnsent = 8;
constexpr std::int64_t kMaxFiles = 100;
constexpr Version kFormatNamed{7, 18, 0};   ///< `remote-log-format` instead of `bsd-syslog`
constexpr Version kTopicsOptional{7, 21, 0};  ///< `add-topics-string`

std::string_view field(const Row& row, std::string_view name, std::string_view otherwise) {
  const std::string* value = row.find(name);
  return value == nullptr ? otherwise : std::string_view(*value);
}

std::int64_t number(const Row& row, std::string_view name, std::int64_t otherwise) {
  return text::parse_int(field(row, name, "")).value_or(otherwise);
}

/// The property holds its line breaks as they are typed.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'r' || text[i + 1] == 'n');
    out += escape ? (text[i + 1] == 'r' ? '\r' : '\n') : text[i];
    if (escape) ++i;
  }
  return out;
}

}  // namespace

bool Logbook::passes(const Row& rule, const std::vector<std::string_view>& topics, std::string_view message) {
  if (field(rule, "disabled", "no") == "yes") return false;
  const auto has = [&](std::string_view topic) { return std::find(topics.begin(), topics.end(), topic) != topics.end(); };
  const std::string* wanted = rule.find("topics");
  const bool fits = wanted == nullptr || wanted->empty() || std::ranges::all_of(text::split(*wanted, ','), [&](std::string_view topic) {
    return topic.starts_with('!') ? !has(topic.substr(1)) : has(topic);
  });
  if (!fits) return false;
  const std::string* pattern = rule.find("regex");
  if (pattern == nullptr || pattern->empty()) return true;
  try {
    return matcher_.matches(std::string(message), *pattern);
  } catch (const ScriptError&) {  // a pattern that cannot be read matches nothing
    return false;
  }
}

bool Logbook::write(std::string_view topics, std::string_view message) {
  const auto words = text::split(topics, ',');
  const Timestamp now = router_.clock();
  std::vector<std::pair<std::string, std::string>> copies;  // action and message
  for (const FoundRow& rule : router_.config().rows(kRules)) {
    const std::string action(field(*rule.row, "action", "memory"));
    const bool known = std::ranges::any_of(copies, [&](const auto& copy) { return copy.first == action; });
    if (known || !passes(*rule.row, words, message)) continue;
    const std::string_view prefix = field(*rule.row, "prefix", "");
    copies.emplace_back(action, prefix.empty() ? std::string(message) : fmt::format("{}: {}", prefix, message));
  }
  bool kept = false;
  for (const auto& [action, text] : copies) {
    const FoundRow row = router_.config().find_named(kActions, action);
    if (row) kept = deliver(*row.row, action, {now, topics, text}) || kept;
  }
  return kept;
}

bool Logbook::deliver(const Row& action, const std::string& name, const LogEntry& entry) {
  const std::string_view target = field(action, "target", name);
  if (target == "memory") {
    const auto lines = static_cast<std::size_t>(std::max<std::int64_t>(number(action, "memory-lines", 1000), 1));
    const BufferLimit limit{std::min(lines, router_.services().log_lines), field(action, "memory-stop-on-full", "no") == "yes"};
    return memory_.add({entry.time, std::string(entry.topics), std::string(entry.message), 0, name}, limit);
  }
  if (target == "disk") {
    write_file(action, entry);
  } else if (target == "remote") {
    send(action, name, entry);
  } else if (target == "echo") {
    std::erase_if(consoles_, [](const auto& console) { return console.expired(); });
    const std::string line = fmt::format("echo: {} {}", entry.topics, entry.message);
    for (const auto& console : std::vector(consoles_)) {
      if (const auto print = console.lock()) (*print)(line);
    }
  }
  return false;
}

/// `log.0.txt` is the newest; full files move up, the oldest is dropped.
void Logbook::write_file(const Row& action, const LogEntry& entry) {
  FileStore& files = router_.files();
  const std::string base(field(action, "disk-file-name", "log"));
  const auto name = [&](std::int64_t index) { return fmt::format("{}.{}.txt", base, index); };
  const StoredFile* current = files.find(name(0));
  const std::int64_t lines = current == nullptr ? 0 : std::count(current->contents.begin(), current->contents.end(), '\n');
  if (lines >= std::max<std::int64_t>(number(action, "disk-lines-per-file", 1000), 1)) {
    if (field(action, "disk-stop-on-full", "no") == "yes") return;
    const std::int64_t count = std::clamp<std::int64_t>(number(action, "disk-file-count", 2), 1, kMaxFiles);
    for (std::int64_t index = count - 1; index >= 0; --index) {
      const StoredFile* old = files.find(name(index));
      if (old == nullptr) continue;
      StoredFile moved = *old;
      files.remove(name(index));
      if (index + 1 < count) [[maybe_unused]] const bool fits = files.write(name(index + 1), std::move(moved.contents), moved.created);
    }
  }
  // A full disk loses the entry, as it does on a router.
  [[maybe_unused]] const bool fits = files.write(name(0), file_line(entry), router_.clock(), true);
}

RemoteStyle Logbook::style_of(const Row& action) const {
  RemoteStyle style;
  const Version& version = router_.version();
  const std::string_view format = field(action, "remote-log-format", "default");
  const bool bsd = field(action, "bsd-syslog", "no") == "yes";
  if (version < kFormatNamed) style.format = bsd ? RemoteFormat::syslog : RemoteFormat::plain;
  else style.format = format == "cef" ? RemoteFormat::cef : format == "syslog" ? RemoteFormat::syslog : RemoteFormat::plain;
  style.facility = std::max(facility_number(field(action, "syslog-facility", "daemon")), 0);
  style.severity = severity_number(field(action, "syslog-severity", "auto"));
  style.iso_time = field(action, "syslog-time-format", "bsd-syslog") == "iso8601";
  style.topics_in_syslog = version < kTopicsOptional || field(action, "add-topics-string", "no") == "yes";
  style.delimiter = unescaped(field(action, "cef-event-delimiter", "\\r\\n"));
  const auto offset = router_.facts().fact("/system/clock", 0, "gmt-offset");
  const std::string hours = offset ? offset->to_text() : std::string();
  if (hours.size() >= 6 && (hours[0] == '+' || hours[0] == '-')) {
    const auto minutes = text::parse_int(hours.substr(1, 2)).value_or(0) * 60 + text::parse_int(hours.substr(4, 2)).value_or(0);
    style.utc_offset = std::chrono::minutes(hours[0] == '-' ? -minutes : minutes);
  }
  return style;
}

LogOrigin Logbook::origin(std::string_view source) const {
  const auto configured = IpAddress::parse(source);
  const bool speaks_as_configured = configured && *configured != IpAddress::v4(0) && configured != IpAddress::parse("::");
  const auto version = router_.facts().fact("/system/resource", 0, "version");
  return {router_.identity(), std::string(router_.spec().model->board_name), version ? version->to_text() : std::string(),
          speaks_as_configured ? std::string(source) : own_address(router_)};
}

void Logbook::send(const Row& action, const std::string& name, const LogEntry& entry) {
  if (router_.power() != Power::on) {
    if (unsent_.size() < kMaxUnsent) unsent_.push_back({entry.time, std::string(entry.topics), std::string(entry.message), name});
    return;
  }
  const auto port = static_cast<std::uint16_t>(number(action, "remote-port", 514));
  const auto to = destination(router_.spec(), field(action, "remote", "0.0.0.0"), port);
  if (!to) return;
  const std::string source(field(action, "src-address", ""));
  std::string line = remote_line(style_of(action), origin(source), entry);
  if (field(action, "remote-protocol", "udp") != "tcp") return send_datagram(router_, *to, source, line);
  if (outlet_ == nullptr) outlet_ = std::make_unique<Outlet>(router_);
  outlet_->send(*to, source, std::move(line));
}

bool Logbook::clear(std::string_view action) {
  const FoundRow row = router_.config().find_named(kActions, action);
  if (!row || field(*row.row, "target", action) != "memory") return false;
  memory_.clear(action);
  return true;
}

void Logbook::power_lost() {
  memory_.clear();
  outlet_.reset();
}

void Logbook::booted() {
  for (const Kept& kept : std::exchange(unsent_, {})) {
    const FoundRow row = router_.config().find_named(kActions, kept.action);
    if (row) send(*row.row, kept.action, {kept.time, kept.topics, kept.message});
  }
}

std::shared_ptr<void> Logbook::watch_echo(std::function<void(std::string_view line)> print) {
  const auto kept = std::make_shared<std::function<void(std::string_view)>>(std::move(print));
  consoles_.push_back(kept);
  return kept;
}

}  // namespace openstrat::sim
