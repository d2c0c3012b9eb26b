// The parameters of an OAuth request: a query string or a form (RFC 6749 §3.1, §3.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openstrat::oidc {

class Parameters {
 public:
  static constexpr std::size_t kLongest = 16 * 1024;

  Parameters() = default;
  /// nullopt: too long, a broken escape, or bytes that are not UTF-8.
  static std::optional<Parameters> parse(std::string_view encoded);

  /// Empty counts as absent, as RFC 6749 §3.1 wants. Of a repeated one: the first.
  std::optional<std::string> find(std::string_view name) const;
  std::string get(std::string_view name) const { return find(name).value_or(std::string()); }
  /// The name of a parameter that is there more than once.
  std::optional<std::string> repeated() const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

/// `a=1&b=2`, escaped.
std::string encode_query(const std::vector<std::pair<std::string, std::string>>& pairs);
/// `uri` with further query parameters.
std::string with_query(std::string_view uri, const std::vector<std::pair<std::string, std::string>>& pairs);

/// Printable ASCII and blanks, `longest` at most: what state, nonce and client_id may be made of.
bool is_plain_text(std::string_view text, std::size_t longest);

}  // namespace openstrat::oidc
