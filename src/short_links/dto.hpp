// Short links on the wire.
#pragma once

#include <optional>
#include <string>

#include "http/dto.hpp"

namespace openstrat::short_links {

struct ShortenRequest { std::string url; std::optional<int> ttl_days; };
struct CodeRequest { std::string code; };
struct LinkView { std::string code, short_url; Timestamp expires_at{}; };

}  // namespace openstrat::short_links

namespace openstrat {

template <>
struct http::Fields<short_links::ShortenRequest> {
  using V = short_links::ShortenRequest;
  // A signed address opens what it points to: the audit log does not keep it.
  static constexpr auto table = fields<V>("CreateShortLink",
      body<&V::url>("url", "http or https, without user name; an address of this installation must carry its `signature`").required().length(1, 4096).secret(),
      body<&V::ttl_days>("ttl_days", "1, 3, 7, 30 or 90; without: 90").range(1, 90));
};
template <>
struct http::Fields<short_links::CodeRequest> {
  using V = short_links::CodeRequest;
  static constexpr auto table = fields<V>("ShortLinkRequest", path<&V::code>("code", "7 letters and digits; upper and lower case differ"));
};
template <>
struct http::Fields<short_links::LinkView> {
  using V = short_links::LinkView;
  static constexpr auto table = fields<V>("ShortLink", body<&V::code>("code", "7 letters and digits"), body<&V::short_url>("short_url", "what to send to people").example("https://api.example.com/s/4fG7kQ2"),
      body<&V::expires_at>("expires_at", "410 from then on"));
};

}  // namespace openstrat
