#include "oidc/form_tickets.hpp"

#include "base/text.hpp"

namespace openstrat::oidc {

std::string FormTickets::tag(std::string_view payload, std::string_view bound_to) const {
  const std::string_view key(reinterpret_cast<const char*>(key_.data()), key_.size());
  // The length keeps the two parts apart: no other pair of them gives the same text.
  const auto digest = crypto::hmac_sha256(key, std::to_string(bound_to.size()) + ":" + std::string(bound_to) + std::string(payload));
  return crypto::base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string FormTickets::make(std::string_view content, std::string_view bound_to, Timestamp expires_at) const {
  const std::string payload = std::to_string(to_unix_seconds(expires_at)) + "." + crypto::base64url(content);
  return payload + "." + tag(payload, bound_to);
}

std::optional<std::string> FormTickets::open(std::string_view ticket, std::string_view bound_to, Timestamp now) const {
  const auto first = ticket.find('.');
  const auto last = ticket.rfind('.');
  if (first == ticket.npos || first == last) return std::nullopt;
  if (!crypto::equal_constant_time(tag(ticket.substr(0, last), bound_to), ticket.substr(last + 1))) return std::nullopt;
  const auto expires_at = text::parse_int(ticket.substr(0, first));
  if (!expires_at || to_unix_seconds(now) >= *expires_at) return std::nullopt;
  return crypto::unbase64url(ticket.substr(first + 1, last - first - 1));
}

}  // namespace openstrat::oidc
