#include "identity/password_policy.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kShortest = 8;
constexpr std::size_t kLongest = 128;
constexpr std::size_t kShortestLocalPart = 3;  // "a@b.example" must not forbid every password with an a

bool is_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(unsigned char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_special(unsigned char c) { return !is_upper(c) && !is_lower(c) && !is_digit(c); }

}  // namespace

std::vector<std::string> broken_password_rules(std::string_view password, std::string_view normalised_email) {
  std::vector<std::string> broken;
  const auto length = text::length_utf8(password);
  if (length < kShortest) broken.emplace_back("must have at least 8 characters");
  if (length > kLongest) broken.emplace_back("must not have more than 128 characters");
  if (!std::ranges::any_of(password, is_upper)) broken.emplace_back("must contain an upper-case letter");
  if (!std::ranges::any_of(password, is_lower)) broken.emplace_back("must contain a lower-case letter");
  if (!std::ranges::any_of(password, is_digit)) broken.emplace_back("must contain a digit");
  if (!std::ranges::any_of(password, is_special)) broken.emplace_back("must contain a special character");
  const auto local_part = normalised_email.substr(0, normalised_email.find('@'));
  if (local_part.size() >= kShortestLocalPart && text::lower(password).contains(local_part))
    broken.emplace_back("must not contain the name part of the e-mail address");
  return broken;
}

}  // namespace openstrat::identity
