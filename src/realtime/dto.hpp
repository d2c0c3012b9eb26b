// Live streams on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "realtime/settings.hpp"

namespace openstrat::realtime {

struct TicketView { std::string ticket; Timestamp expires_at{}; };

struct StreamRequest {
  std::optional<std::string> ticket;
  std::vector<SiteId> watch;
  std::optional<std::string> last_event_id, last_event_id_header;
};

}  // namespace openstrat::realtime

namespace openstrat {

template <>
struct http::Fields<realtime::TicketView> {
  using V = realtime::TicketView;
  static constexpr auto table = fields<V>("RealtimeTicket",
      body<&V::ticket>("ticket", "for one connection: `GET /realtime/stream?ticket=…`").example("rt_4fG7kQ2mXw9ZbT1cV5nR8sD3yH6jL0pA"),
      body<&V::expires_at>("expires_at", "30 seconds from now"));
};
template <>
struct http::Fields<realtime::StreamRequest> {
  using V = realtime::StreamRequest;
  static constexpr auto table = fields<V>("RealtimeStream",
      query<&V::ticket>("ticket", "of `POST /realtime/ticket`, for clients that cannot send an Authorization header").length(1, 100).secret(),
      query<&V::watch>("watch", "sites whose every heartbeat is wanted (at most one frame a second each); others tell only when they go online or offline").items(realtime::kMostWatched),
      query<&V::last_event_id>("last_event_id", "the id of the last frame, for clients that cannot send the header; the header wins").length(0, 200),
      header<&V::last_event_id_header>("Last-Event-ID", "the id of the last frame: what came after it is sent first").length(0, 200));
};

}  // namespace openstrat
