// Security policy, trusted networks and blocks on the wire.
#pragma once

#include <optional>
#include <string>

#include "http/dto.hpp"
#include "http/pagination.hpp"
#include "protection/types.hpp"

namespace openstrat::protection {

struct PolicyBody {
  int min_length = 8, max_age_days = 0, history = 3;
  bool require_mfa = false;
  std::optional<int> session_idle_minutes, session_absolute_minutes;
};

struct AddNetworkRequest { Cidr cidr; std::string note; };
struct NetworkRequest { AllowedNetworkId id; };
struct NetworkView {
  AllowedNetworkId id;
  std::string cidr, note;
  std::optional<UserId> created_by;
  Timestamp created_at{};
};

struct ListBlocksRequest { http::CursorQuery paging; };
struct BlockRequest { BlockId id; };
struct BlockView {
  BlockId id;
  std::string reason = "brute_force";
  std::optional<UserId> user_id;
  std::string email, address, source;
  int failures = 0;
  Timestamp blocked_at{}, until{};
};

struct UnblockRequest { std::string token; };

}  // namespace openstrat::protection

namespace openstrat {

template <>
struct http::Fields<protection::PolicyBody> {
  using B = protection::PolicyBody;
  static constexpr auto table = fields<B>("SecurityPolicy",
      body<&B::min_length>("min_length", "least number of characters of a password, 8 to 64").range(8, 64),
      body<&B::max_age_days>("max_age_days", "days after which a password must be changed; 0: never").range(0, 3650),
      body<&B::history>("history", "so many earlier passwords may not come back, 3 to 24").range(3, 24),
      body<&B::require_mfa>("require_mfa", "members cannot use the API before they have set up a second factor"),
      body<&B::session_idle_minutes>("session_idle_minutes", "a session ends after so many minutes without use; null: the installation's own limit").range(5, 129'600),
      body<&B::session_absolute_minutes>("session_absolute_minutes", "a session ends after so many minutes in any case; null: the installation's own limit").range(5, 129'600));
};
template <>
struct http::Fields<protection::AddNetworkRequest> {
  using R = protection::AddNetworkRequest;
  static constexpr auto table = fields<R>("AddAllowedIp", body<&R::cidr>("cidr", "address or network").required().example("203.0.113.0/24"),
                                          body<&R::note>("note", "what it is").length(0, 255).example("office"));
};
template <>
struct http::Fields<protection::NetworkRequest> {
  using R = protection::NetworkRequest;
  static constexpr auto table = fields<R>("AllowedIpRequest", path<&R::id>("id", "UUID of the entry"));
};
template <>
struct http::Fields<protection::NetworkView> {
  using V = protection::NetworkView;
  static constexpr auto table = fields<V>("AllowedIp", body<&V::id>("id", "UUID"), body<&V::cidr>("cidr", "the network"), body<&V::note>("note", "what it is"),
                                          body<&V::created_by>("created_by", "user who added it"), body<&V::created_at>("created_at", "when"));
};
template <>
struct http::Fields<protection::ListBlocksRequest> {
  using R = protection::ListBlocksRequest;
  static constexpr auto table = fields<R>("ListBlocks", include<&R::paging>());
};
template <>
struct http::Fields<protection::BlockRequest> {
  using R = protection::BlockRequest;
  static constexpr auto table = fields<R>("BlockRequest", path<&R::id>("id", "UUID of the block"));
};
template <>
struct http::Fields<protection::BlockView> {
  using V = protection::BlockView;
  static constexpr auto table = fields<V>("Block", body<&V::id>("id", "UUID"), body<&V::reason>("reason", "always `brute_force`"),
      body<&V::user_id>("user_id", "whose account the address is kept out of"), body<&V::email>("email", "e-mail address of the account"),
      body<&V::address>("address", "the address that failed"), body<&V::source>("source", "what is blocked: an IPv4 address or an IPv6 /64"),
      body<&V::failures>("failures", "failures in a row"), body<&V::blocked_at>("blocked_at", "since when"), body<&V::until>("until", "until when"));
};
template <>
struct http::Fields<protection::UnblockRequest> {
  using R = protection::UnblockRequest;
  static constexpr auto table = fields<R>("UnblockRequest", path<&R::token>("token", "out of the mailed link"));
};

}  // namespace openstrat
