// Log entries as they leave a router: the three remote formats, and lines of log files. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "ros_language/personality.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

struct LogEntry {
  Timestamp time;            ///< the router's clock
  std::string_view topics;   ///< `system,info,account`
  std::string_view message;  ///< with the rule's prefix
};

enum class RemoteFormat { plain, syslog, cef };

/// How one logging action writes.
struct RemoteStyle {
  RemoteFormat format = RemoteFormat::plain;
  int facility = 3;           ///< daemon
  int severity = -1;          ///< -1: from the topics
  bool iso_time = false;
  bool topics_in_syslog = true;
  std::string delimiter = "\r\n";  ///< behind each CEF message
  std::chrono::minutes utc_offset{0};
};

/// Who speaks.
struct LogOrigin {
  std::string identity;
  std::string board;
  std::string version;   ///< `7.20.8 (stable)`
  std::string address;
};

std::string remote_line(const RemoteStyle& style, const LogOrigin& origin, const LogEntry& entry);
/// A line of a log file, with its line break.
std::string file_line(const LogEntry& entry);

/// `daemon`, `local0`; -1: no such name.
int facility_number(std::string_view name);
int severity_number(std::string_view name);
/// debug 7, info 6, warning 4, error 3, critical 2; an entry with both `error` and `critical` counts as error.
int severity_of_topics(std::string_view topics);

}  // namespace openstrat::sim
