#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/text.hpp"

namespace openstrat::log {
namespace {

std::atomic<Level> g_level{Level::info};
std::atomic<Format> g_format{Format::text};

/// Never destroyed, so that destructors of static objects may still log.
spdlog::logger& logger() {
  static spdlog::logger* const instance = [] {
    auto* created = new spdlog::logger("openstrat", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("%v");
    created->set_level(spdlog::level::trace);
    return created;
  }();
  return *instance;
}

std::string_view label(Level level) {
  switch (level) {
    case Level::trace: return "TRACE";
    case Level::debug: return "DEBUG";
    case Level::info: return "INFO ";
    case Level::warning: return "WARN ";
    case Level::error: return "ERROR";
    case Level::off: return "OFF  ";
  }
  std::unreachable();
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::trace: return "trace";
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
    case Level::off: return "off";
  }
  std::unreachable();
}

/// Escapes as in a JSON string, so that nobody can forge a line with a newline in a name.
void append_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
}

void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  if (text::is_utf8(value)) {
    append_escaped(out, value);
  } else {
    append_escaped(out, text::to_clean_utf8(value, true));
  }
  out += '"';
}

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F) return true;
    if (c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

std::string text_line(Timestamp time, Level level, std::string_view message, Fields fields) {
  std::string line = to_iso8601(time);
  line += ' ';
  line += label(level);
  line += ' ';
  append_escaped(line, message);
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    if (needs_quotes(field.value)) {
      append_quoted(line, field.value);
    } else {
      line += field.value;
    }
  }
  return line;
}

std::string json_line(Timestamp time, Level level, std::string_view message, Fields fields) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":)", to_iso8601(time), name_of(level));
  append_quoted(line, message);
  for (const Field& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    if (field.is_literal) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  line += '}';
  return line;
}

}  // namespace

Field::Field(std::string_view n, double v) : name(n), value(fmt::format("{}", v)), is_literal(std::isfinite(v)) {}

bool enabled(Level level) {
  return level != Level::off && level >= g_level.load(std::memory_order_relaxed);
}
void set_level(Level level) {
  g_level.store(level, std::memory_order_relaxed);
}
void set_format(Format format) {
  g_format.store(format, std::memory_order_relaxed);
}

std::string format_line(Format format, Timestamp time, Level level, std::string_view message, Fields fields) {
  return format == Format::json ? json_line(time, level, message, fields) : text_line(time, level, message, fields);
}

void write(Level level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  const Format format = g_format.load(std::memory_order_relaxed);
  logger().log(spdlog::level::info, format_line(format, system_clock().now(), level, message, fields));
}

std::optional<Level> parse_level(std::string_view name) {
  for (const Level level : {Level::trace, Level::debug, Level::info, Level::warning, Level::error, Level::off}) {
    if (text::equal_ignoring_case(name, name_of(level))) return level;
  }
  if (text::equal_ignoring_case(name, "warn")) return Level::warning;
  return std::nullopt;
}

Field of(const Error& error) {
  return Field("error", fmt::format("{}: {}", error.reason(), error.message()));
}

}  // namespace openstrat::log
