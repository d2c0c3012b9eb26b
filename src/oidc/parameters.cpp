#include "oidc/parameters.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "http/url_text.hpp"

namespace openstrat::oidc {

std::optional<Parameters> Parameters::parse(std::string_view encoded) {
  if (encoded.size() > kLongest) return std::nullopt;
  Parameters out;
  for (const auto pair : text::split(encoded, '&')) {
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = http::percent_decode(pair.substr(0, equals), true);
    auto value = http::percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value || !text::is_utf8(*name) || !text::is_utf8(*value)) return std::nullopt;
    out.pairs_.emplace_back(*std::move(name), *std::move(value));
  }
  return out;
}

std::optional<std::string> Parameters::find(std::string_view name) const {
  const auto found = std::ranges::find(pairs_, name, &std::pair<std::string, std::string>::first);
  if (found == pairs_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Parameters::repeated() const {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : pairs_)
    if (!seen.insert(name).second) return name;
  return std::nullopt;
}

std::string encode_query(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += http::percent_encode(name) + '=' + http::percent_encode(value);
  }
  return out;
}

std::string with_query(std::string_view uri, const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out(uri);
  if (pairs.empty()) return out;
  if (!uri.contains('?')) out += '?';
  else if (!uri.ends_with('?') && !uri.ends_with('&')) out += '&';
  return out + encode_query(pairs);
}

bool is_plain_text(std::string_view text, std::size_t longest) {
  return text.size() <= longest && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

}  // namespace openstrat::oidc
