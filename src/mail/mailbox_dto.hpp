// Captured mails on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "http/dto.hpp"

namespace openstrat::mail {

struct CapturedMailRequest { Uuid mail; };
struct CapturedMailsRequest { std::optional<std::string> to; };
struct CapturedMailView {
  Uuid id;
  Timestamp captured_at{};
  std::string from, to, subject, text, html;
};

}  // namespace openstrat::mail

namespace openstrat {

template <>
struct http::Fields<mail::CapturedMailRequest> {
  using V = mail::CapturedMailRequest;
  static constexpr auto table = fields<V>("CapturedMailRequest", path<&V::mail>("mail", "UUID of the mail"));
};
template <>
struct http::Fields<mail::CapturedMailsRequest> {
  using V = mail::CapturedMailsRequest;
  static constexpr auto table = fields<V>("CapturedMailsRequest", query<&V::to>("to", "only mails to this address"));
};
template <>
struct http::Fields<mail::CapturedMailView> {
  using V = mail::CapturedMailView;
  static constexpr auto table = fields<V>("CapturedMail", body<&V::id>("id", "UUID of the mail"), body<&V::captured_at>("captured_at", "when it would have been sent"),
      body<&V::from>("from", "address"), body<&V::to>("to", "address"), body<&V::subject>("subject", "in one line"), body<&V::text>("text", "the plain part"),
      body<&V::html>("html", "the HTML part"));
};

}  // namespace openstrat
