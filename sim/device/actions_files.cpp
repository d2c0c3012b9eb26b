// Commands that work on files: read, certificates.
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

Value Job::certificate_import(const CommandCall& call) {
  const std::string name = text_of(call, "file-name");
  const StoredFile* file = router_.files().find(name);
  if (file == nullptr) throw ScriptError("failure: file not found");
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  int count = 0;
  for (std::size_t at = file->contents.find(kBegin); at != std::string::npos; at = file->contents.find(kBegin, at + 1)) {
    Row row;
    row.set("name", fmt::format("{}_{}", name, count));
    row.set("trusted", "yes");
    row_changed("/certificate", router_.config().insert("/certificate", std::move(row)), Change::added);
    ++count;
  }
  if (count > 0) router_.trust(file->contents);
  put(fmt::format("     certificates-imported: {}", count));
  put("     private-keys-imported: 0");
  return {};
}

}  // namespace openstrat::sim
