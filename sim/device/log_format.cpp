#include "sim/device/log_format.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/config/dates.hpp"

namespace openstrat::sim {
namespace {

constexpr std::array<std::string_view, 24> kFacilities = {"kern", "user",   "mail",   "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
                                                          "",     "",       "",       "",       "local0", "local1", "local2", "local3", "local4", "local5", "local6",   "local7"};
constexpr std::array<std::string_view, 8> kSeverities = {"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

template <std::size_t Size>
int position(const std::array<std::string_view, Size>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return name.empty() || found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

std::chrono::year_month_day day_of(Timestamp time) { return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)); }

/// `Oct  2 17:36:35`
std::string bsd_time(Timestamp time) {
  const auto day = day_of(time);
  return fmt::format("{} {:>2} {}", kMonths[static_cast<unsigned>(day.month()) - 1], static_cast<unsigned>(day.day()), format_clock(time));
}

/// `2025-11-01T01:10:54.868+0200`
std::string iso_time(Timestamp time, std::chrono::minutes offset) {
  const auto day = day_of(time);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time - std::chrono::floor<std::chrono::seconds>(time)).count();
  const auto distance = std::chrono::abs(offset).count();
  return fmt::format("{:04}-{:02}-{:02}T{}.{:03}{}{:02}{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     format_clock(time), milliseconds, offset.count() < 0 ? '-' : '+', distance / 60, distance % 60);
}

bool has_topic(std::string_view topics, std::string_view topic) {
  const auto given = text::split(topics, ',');
  return std::find(given.begin(), given.end(), topic) != given.end();
}

// CEF

std::string escaped(std::string_view value, std::string_view special) {
  std::string out;
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\r') {
      out += "\\r";
      continue;
    }
    if (special.contains(c)) out += '\\';
    out += c;
  }
  return out;
}

std::string header_field(std::string_view value) { return escaped(value, "|\\"); }
std::string extension(std::string_view value) { return escaped(value, "=\\"); }

std::string_view cef_severity(std::string_view topics) {
  const int severity = severity_of_topics(topics);
  return severity <= 3 ? "High" : severity == 4 ? "Medium" : "Low";
}

/// Classes that recordings show; what the others are is not known.
int cef_class(std::string_view topics) {
  const std::string_view first = topics.substr(0, topics.find(','));
  if (first == "dhcp") return 16;
  if (first == "radvd") return 44;
  return 10;
}

/// `user X logged in from A via S` and its like, as fields of their own.
std::string login_fields(std::string_view message) {
  const std::size_t via = message.rfind(" via ");
  const std::size_t from = via == std::string_view::npos ? via : message.rfind(" from ", via);
  if (from == std::string_view::npos) return {};
  const std::string_view service = message.substr(via + 5);
  const std::string_view source = message.substr(from + 6, via - from - 6);
  std::string_view who = message.substr(0, from);
  std::string_view outcome;
  for (const auto& [begin, end, result] : {std::array<std::string_view, 3>{"login failure for user ", "", "failure"}, {"user ", " logged in", "success"}, {"user ", " logged out", ""}}) {
    if (!who.starts_with(begin) || !who.ends_with(end) || who.size() < begin.size() + end.size()) continue;
    who = who.substr(begin.size(), who.size() - begin.size() - end.size());
    outcome = result;
    const std::string known_outcome = outcome.empty() ? std::string() : fmt::format(" outcome={}", outcome);
    return fmt::format(" app={} duser={}{} src={}", extension(service), extension(who), known_outcome, extension(source));
  }
  return {};
}

std::string cef(const RemoteStyle& style, const LogOrigin& origin, const LogEntry& entry) {
  const std::string time = style.iso_time ? iso_time(entry.time, style.utc_offset) : bsd_time(entry.time);
  return fmt::format("{} {} CEF:0|MikroTik|{}|{}|{}|{}|{}|dvchost={} dvc={} msg={}{}{}", time, origin.identity, header_field(origin.board), header_field(origin.version),
                     cef_class(entry.topics), header_field(entry.topics), cef_severity(entry.topics), extension(origin.identity), origin.address, extension(entry.message),
                     login_fields(entry.message), style.delimiter);
}

}  // namespace

int facility_number(std::string_view name) { return position(kFacilities, name); }
int severity_number(std::string_view name) { return position(kSeverities, name); }

int severity_of_topics(std::string_view topics) {
  if (has_topic(topics, "error")) return 3;
  if (has_topic(topics, "critical")) return 2;
  if (has_topic(topics, "warning")) return 4;
  if (has_topic(topics, "info")) return 6;
  return has_topic(topics, "debug") ? 7 : 6;
}

std::string remote_line(const RemoteStyle& style, const LogOrigin& origin, const LogEntry& entry) {
  switch (style.format) {
    case RemoteFormat::plain: return fmt::format("{} {}", entry.topics, entry.message);
    case RemoteFormat::cef: return cef(style, origin, entry);
    case RemoteFormat::syslog: break;
  }
  const int severity = style.severity >= 0 ? style.severity : severity_of_topics(entry.topics);
  const std::string time = style.iso_time ? iso_time(entry.time, style.utc_offset) : bsd_time(entry.time);
  const std::string topics = style.topics_in_syslog ? std::string(entry.topics) + ' ' : std::string();
  return fmt::format("<{}>{} {} {}{}", style.facility * 8 + severity, time, origin.identity, topics, entry.message);
}

std::string file_line(const LogEntry& entry) {
  const auto day = day_of(entry.time);
  return fmt::format("{}/{:02}/{} {} {} {}\n", kMonths[static_cast<unsigned>(day.month()) - 1], static_cast<unsigned>(day.day()), static_cast<int>(day.year()),
                     format_clock(entry.time), entry.topics, entry.message);
}

}  // namespace openstrat::sim
