// Commands that work on files.
#include <algorithm>

#include <fmt/core.h>

#include "sim/device/action.hpp"

namespace openstrat::sim {
namespace {

constexpr std::int64_t kLargestChunk = 32'768;

std::string text_of(const CommandCall& call, std::string_view argument) {
  const CallArgument* given = call.find(argument);
  if (given == nullptr) throw ScriptError(fmt::format("missing value(s) of argument(s) {}", argument));
  return given->value.to_text();
}

}  // namespace

Value Job::file_read(const CommandCall& call) {
  const std::string name = text_of(call, "file");
  const StoredFile* file = router_.files().find(name);
  if (file == nullptr) throw ScriptError("no such item");
  const auto number = [&](std::string_view argument, std::int64_t fallback) {
    const CallArgument* given = call.find(argument);
    const auto value = given == nullptr ? std::nullopt : parse_num(given->value.to_text());
    return value ? value->as_num() : fallback;
  };
  const std::int64_t offset = number("offset", 0);
  const std::int64_t size = number("chunk-size", kLargestChunk);
  if (size < 1 || size > kLargestChunk) throw ScriptError(fmt::format("value of chunk-size out of range (1..{})", kLargestChunk));
  const auto total = static_cast<std::int64_t>(file->contents.size());
  if (offset < 0 || offset > total) throw ScriptError("value of offset out of range");
  Value data = Value::str(std::string_view(file->contents).substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size)));
  if (!call.has("as-value")) {
    put(data.as_str());
    return data;
  }
  Array row;
  row.set("data", std::move(data));
  return Value::array(std::move(row));
}

}  // namespace openstrat::sim
