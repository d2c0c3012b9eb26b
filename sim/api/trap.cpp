#include "sim/api/trap.hpp"

#include <fmt/core.h>

namespace openstrat::sim::api {
namespace {

struct Beginning {
  std::string_view text;
  int category;
};
constexpr Beginning kBeginnings[] = {
    {"no such command", 0}, {"no such item", 0},         {"invalid value", 1},   {"value of ", 1},
    {"ambiguous value", 1}, {"input does not match", 1}, {"interrupted", 2},     {"syntax error", 3},
    {"expected ", 3},       {"bad command name", 3},     {"bad parameter", 3},
};

}  // namespace

Trap trap_of(std::string message, const ros::Version& version) {
  constexpr std::string_view kUnknown = "unknown parameter";
  if (message.starts_with(kUnknown) && version.major < 7) message = kUnknown;
  for (const Beginning& beginning : kBeginnings) {
    if (message.starts_with(beginning.text)) return {std::move(message), beginning.category};
  }
  return {std::move(message), std::nullopt};
}

std::vector<Trap> unknown_command(const ApiPath& path, const std::vector<std::string>& words) {
  if (path.used + 1 >= words.size()) return {{"no such command", 0}};
  return {{fmt::format("no such command or directory ({})", words[path.used]), 0}, {"no such command prefix", std::nullopt}};
}

}  // namespace openstrat::sim::api
