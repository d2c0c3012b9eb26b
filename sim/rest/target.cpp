#include "sim/rest/target.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kMostWords = 32;
constexpr std::size_t kMostParameters = 128;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> decoded(std::string_view text, bool in_path) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && !in_path) {
      out += ' ';
      continue;
    }
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    const char byte = static_cast<char>(*high << 4 | *low);
    if (byte == '*' && in_path) out.append(text.substr(i, 3));
    else out += byte;
    i += 2;
  }
  return out;
}

}  // namespace

RestTarget parse_target(std::string_view target) {
  RestTarget parsed;
  const std::size_t question = std::min(target.find('?'), target.size());
  for (const std::string_view word : text::split(target.substr(0, question), '/')) {
    if (word.empty()) continue;
    auto text = decoded(word, true);
    parsed.malformed = parsed.malformed || !text || parsed.words.size() == kMostWords;
    if (parsed.malformed) return parsed;
    parsed.words.push_back(*std::move(text));
  }
  if (question == target.size()) return parsed;
  for (const std::string_view pair : text::split(target.substr(question + 1), '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals), false);
    auto value = decoded(equals == pair.size() ? std::string_view() : pair.substr(equals + 1), false);
    parsed.malformed = parsed.malformed || !name || !value || parsed.parameters.size() == kMostParameters;
    if (parsed.malformed) return parsed;
    parsed.parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return parsed;
}

}  // namespace openstrat::sim
