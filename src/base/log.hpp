// Structured logging: a message in plain words, then key=value fields. spdlog is seen by log.cpp only.
//   log::info("job handed to router", {{"site", site.to_string()}, {"job", token}});
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace openstrat::log {

enum class Level { trace, debug, info, warning, error, off };

struct Field {
  std::string_view name;
  std::string value;
  Field(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(v) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  Field(std::string_view n, Number v) : name(n), value(std::to_string(v)) {}
};
using Fields = std::initializer_list<Field>;

void write(Level level, std::string_view message, Fields fields);
bool enabled(Level level);
void set_level(Level level);
/// logfmt lines on stderr (default), or JSON objects, one a line.
enum class Format { text, json };
void set_format(Format format);
std::optional<Level> parse_level(std::string_view name);

inline void debug(std::string_view message, Fields fields = {}) { if (enabled(Level::debug)) write(Level::debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { if (enabled(Level::info)) write(Level::info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { if (enabled(Level::warning)) write(Level::warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { if (enabled(Level::error)) write(Level::error, message, fields); }
/// The `error` field of an Error in one line.
Field of(const Error& error);

}  // namespace openstrat::log
