// Structured logging: a message in plain words, then key=value fields. spdlog is seen by log.cpp only.
//   log::info("job handed to router", {{"site", site.to_string()}, {"job", token}});
#pragma once

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace openstrat::log {

enum class Level { trace, debug, info, warning, error, off };

struct Field {
  std::string_view name;
  std::string value;
  bool is_literal = false;  ///< a number or boolean, written bare in JSON
  Field(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(v) {}
  Field(std::string_view n, std::same_as<bool> auto v) : name(n), value(v ? "true" : "false"), is_literal(true) {}
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Field(std::string_view n, Number v) : name(n), value(std::to_string(v)), is_literal(true) {}
  Field(std::string_view n, double v);
};
using Fields = std::initializer_list<Field>;

void write(Level level, std::string_view message, Fields fields);
bool enabled(Level level);
void set_level(Level level);
/// logfmt lines on stderr (default), or JSON objects, one a line.
enum class Format { text, json };
void set_format(Format format);
/// The line that write() would print, without the newline.
std::string format_line(Format format, Timestamp time, Level level, std::string_view message, Fields fields);
std::optional<Level> parse_level(std::string_view name);

inline void debug(std::string_view message, Fields fields = {}) {
  if (enabled(Level::debug)) write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
  if (enabled(Level::info)) write(Level::info, message, fields);
}
inline void warning(std::string_view message, Fields fields = {}) {
  if (enabled(Level::warning)) write(Level::warning, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
  if (enabled(Level::error)) write(Level::error, message, fields);
}
/// The `error` field of an Error in one line.
Field of(const Error& error);

}  // namespace openstrat::log
