#include "realtime/frame.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace openstrat::realtime {
namespace {

constexpr std::size_t kLongestId = 48;

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

std::optional<Position> Position::parse(std::string_view id) {
  const auto dash = id.find('-');
  if (id.size() > kLongestId || dash == id.npos) return std::nullopt;
  const auto digits = id.substr(dash + 1);
  const bool is_number = !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  const auto number = is_number ? text::parse_int(digits) : std::nullopt;
  if (!number || !is_word(id.substr(0, dash))) return std::nullopt;
  return Position{std::string(id.substr(0, dash)), *number};
}

std::string event_text(std::string_view name, std::string_view id, std::string_view data) {
  std::string out;
  out.reserve(name.size() + id.size() + data.size() + 24);
  out.append("event: ").append(name);
  if (!id.empty()) out.append("\nid: ").append(id);
  return out.append("\ndata: ").append(data).append("\n\n");
}

}  // namespace openstrat::realtime
