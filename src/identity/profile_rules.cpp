#include "identity/profile_rules.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "identity/countries.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kLongestUrl = 2000;

void check_text(const std::optional<std::string>& text, const char* field, std::size_t longest, std::vector<FieldError>& wrong) {
  if (text && (text::trim(*text).empty() || text::length_utf8(*text) > longest))
    wrong.push_back({field, "must have 1 to " + std::to_string(longest) + " characters"});
}

/// Bytes that a file of this type begins with.
bool begins_as(std::string_view type, std::string_view bytes) {
  if (type == "png") return bytes.starts_with("\x89PNG\r\n");
  if (type == "jpeg") return bytes.starts_with("\xFF\xD8\xFF");
  if (type == "gif") return bytes.starts_with("GIF8");
  return type == "webp" && bytes.starts_with("RIFF") && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP";
}

}  // namespace

void complete_mobile(std::optional<Mobile>& mobile, std::vector<FieldError>& wrong) {
  if (!mobile) return;
  const auto* country = find_country(mobile->country);
  if (country == nullptr) return wrong.push_back({"mobile.country", "must be an ISO 3166 code of two letters such as DE"});
  const auto number = to_e164(mobile->local, *country);
  if (!number) return wrong.push_back({"mobile.local", "must be a telephone number of the country"});
  mobile->country = country->code;
  mobile->e164 = *number;
}

bool is_name(std::string_view text) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  return !text::trim(text).empty() && text::length_utf8(text) <= 100 && std::ranges::none_of(text, is_control);
}

bool is_picture(std::string_view text) {
  constexpr std::string_view kData = "data:image/", kEncoded = ";base64,";
  if (text.size() > kLongestPicture) return false;
  if (!text.starts_with(kData)) {
    const bool is_plain = std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\'; });
    return text.starts_with("https://") && text.size() > 8 && text.size() <= kLongestUrl && is_plain;
  }
  text.remove_prefix(kData.size());
  const auto end = text.find(kEncoded);
  if (end == text.npos) return false;
  const auto bytes = crypto::unbase64(text.substr(end + kEncoded.size()));
  return bytes && begins_as(text.substr(0, end), *bytes);
}

Status apply_profile(Member& member, ProfileChange change) {
  std::vector<FieldError> wrong;
  if (change.name && !is_name(*change.name)) wrong.push_back({"name", "must have 1 to 100 characters in one line"});
  check_text(change.date_format, "date_format", 40, wrong);
  check_text(change.time_format, "time_format", 40, wrong);
  check_text(change.locale, "locale", 35, wrong);
  if (change.timezone && !is_time_zone(*change.timezone)) wrong.push_back({"timezone", "must be an IANA time zone such as Europe/Berlin"});
  if (change.mobile) complete_mobile(*change.mobile, wrong);
  if (change.country && *change.country && find_country(**change.country) == nullptr)
    wrong.push_back({"country", "must be an ISO 3166 code of two letters such as DE"});
  if (change.picture && *change.picture && !is_picture(**change.picture))
    wrong.push_back({"picture", "must be an https:// address, or a PNG, JPEG, GIF or WebP of at most 16 KiB as data:image/…;base64,…"});
  if (!wrong.empty()) return fail(Error(Errc::invalid, "The profile is not valid.").with_fields(std::move(wrong)));
  if (change.name) member.name = std::string(text::trim(*change.name));
  if (change.mobile && member.mobile != *change.mobile) member.mobile = *change.mobile, member.mobile_verified = false;
  if (change.country) member.country = *change.country ? std::optional<std::string>(find_country(**change.country)->code) : std::nullopt;
  if (change.picture) member.picture = *change.picture;
  if (change.timezone) member.timezone = *change.timezone;
  if (change.date_format) member.date_format = *change.date_format;
  if (change.time_format) member.time_format = *change.time_format;
  if (change.locale) member.locale = *change.locale;
  return {};
}

}  // namespace openstrat::identity
