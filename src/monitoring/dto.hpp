// Faults on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "fleet/types.hpp"
#include "http/dto.hpp"

namespace openstrat::monitoring {

struct RouterFaultsRequest { fleet::SiteRef router; };

struct RouterFaultView {
  std::string id, rid, message, severity, type, cause;
  Timestamp created_at{};
  std::optional<Timestamp> resolved_at;
  std::optional<std::string> duration;
};
struct RouterFaultsView { std::string status = "success"; std::vector<RouterFaultView> data; };

}  // namespace openstrat::monitoring

namespace openstrat {

template <>
struct http::Fields<monitoring::RouterFaultsRequest> {
  using V = monitoring::RouterFaultsRequest;
  static constexpr auto table = fields<V>("RouterFaultsRequest", path<&V::router>("router_id", "UUID of the site"));
};
template <>
struct http::Fields<monitoring::RouterFaultView> {
  using V = monitoring::RouterFaultView;
  static constexpr auto table = fields<V>("RouterFault", body<&V::id>("id", "`flt_…`"), body<&V::rid>("rid", "id of the affected resource"),
      body<&V::message>("message", "for people").example("Site Offline: Branch 7"), body<&V::severity>("severity", "low, medium, high or critical"),
      body<&V::type>("type", "kind of the resource"), body<&V::cause>("cause", "`Unknown` while it lasts"),
      body<&V::created_at>("created_at", "when the disturbance began"), body<&V::resolved_at>("resolved_at", "when it ended"),
      body<&V::duration>("duration", "as text; null while it lasts"));
};
template <>
struct http::Fields<monitoring::RouterFaultsView> {
  using V = monitoring::RouterFaultsView;
  static constexpr auto table = fields<V>("RouterFaults", body<&V::status>("status", "always `success`"), body<&V::data>("data", "newest first"));
};

}  // namespace openstrat
