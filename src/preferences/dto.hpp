// Settings of a user on the wire.
#pragma once

#include <optional>
#include <string>

#include "http/dto.hpp"

namespace openstrat::preferences {

struct PreferenceRequest { std::string name; };
struct PutPreferenceRequest { std::string name; std::optional<std::string> if_match; http::Json value; };
struct PreferenceView { std::string name; http::Json value; std::int64_t revision = 1; Timestamp updated_at{}; };

inline constexpr std::string_view kNamePattern = "[a-z0-9][a-z0-9._-]{0,99}";

}  // namespace openstrat::preferences

namespace openstrat {

template <>
struct http::Fields<preferences::PreferenceRequest> {
  using V = preferences::PreferenceRequest;
  static constexpr auto table = fields<V>("SettingRequest", path<&V::name>("name", "of the setting").pattern(preferences::kNamePattern));
};
template <>
struct http::Fields<preferences::PutPreferenceRequest> {
  using V = preferences::PutPreferenceRequest;
  static constexpr auto table = fields<V>("PutSetting", path<&V::name>("name", "a-z, 0-9, `.`, `_`, `-`").pattern(preferences::kNamePattern),
      header<&V::if_match>("If-Match", "the `ETag` that you have seen, or `\"0\"` for a new setting: refuses to overwrite what another tab wrote").length(1, 32),
      json_body<&V::value>("any JSON of at most 16 KiB").required());
};
template <>
struct http::Fields<preferences::PreferenceView> {
  using V = preferences::PreferenceView;
  static constexpr auto table = fields<V>("Setting", body<&V::name>("name", "of the setting"), body<&V::value>("value", "as it was put"),
      body<&V::revision>("revision", "counts the changes, also in `ETag`"), body<&V::updated_at>("updated_at", "last change"));
};

}  // namespace openstrat
