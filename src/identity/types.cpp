#include "identity/types.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace openstrat::identity {
namespace {

constexpr std::array<std::string_view, 5> kUserStatus{"invited", "unverified", "active", "blocked", "deleted"};
constexpr std::array<std::string_view, 3> kKeyFormat{"colon", "wfk", "alto_sk"};
constexpr std::array<std::string_view, 3> kKeyStatus{"active", "revoked", "expired"};

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(UserStatus status) { return kUserStatus[static_cast<std::size_t>(status)]; }
std::optional<UserStatus> parse_user_status(std::string_view text) { return parse<UserStatus>(kUserStatus, text); }
std::string_view to_string(KeyFormat format) { return kKeyFormat[static_cast<std::size_t>(format)]; }
std::optional<KeyFormat> parse_key_format(std::string_view text) { return parse<KeyFormat>(kKeyFormat, text); }
std::string_view to_string(KeyStatus status) { return kKeyStatus[static_cast<std::size_t>(status)]; }
std::optional<KeyStatus> parse_key_status(std::string_view text) { return parse<KeyStatus>(kKeyStatus, text); }

std::optional<std::string> normalise_email(std::string_view text) {
  std::string email = text::lower(text::trim(text));
  const auto at = email.find('@');
  const bool one_at = at != std::string::npos && email.find('@', at + 1) == std::string::npos;
  if (!one_at || at == 0 || at > 64 || at + 1 == email.size() || email.size() > 254) return std::nullopt;
  const bool printable = std::ranges::all_of(email, [](unsigned char c) { return c > ' ' && c != 0x7f && c != ',' && c != ';'; });
  const std::string_view domain = std::string_view(email).substr(at + 1);
  const bool domain_ok = !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains("..");
  if (!printable || !domain_ok || !text::is_utf8(email)) return std::nullopt;
  return email;
}

}  // namespace openstrat::identity
