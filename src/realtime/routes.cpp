#include "realtime/routes.hpp"

#include "http/router.hpp"
#include "realtime/credential_watch.hpp"
#include "realtime/dto.hpp"
#include "realtime/ticket_keeper.hpp"

namespace openstrat::realtime {
namespace {

using http::Auth;
using http::Call;
using http::LiveBody;
using http::Method;
using http::NoFields;

constexpr std::string_view kFamily = "Realtime";
constexpr std::string_view kStreamText =
    "Server-Sent Events: what happens in the team, as far as the caller may see it. Frames: `site.pulse`, `site.changed`, `job.updated`, `backup.created`, `backup.failed`, "
    "`fault.created`, `fault.updated`, `fault.resolved`, `adoption.step`, `settings.changed`; `data` is JSON with `occurred_at` and mostly `site_id`. A quiet stream sends a comment every "
    "20 seconds. Whoever comes back with the id of the last frame gets what was missed; when that is not known any more, the first frame is `reset`: fetch everything again. `superseded` "
    "and `revoked` are the last frames of a stream. docs/howto/live-updates.md.";

/// A stream as the server's body: its connection asks for pieces, and its end is the stream's.
class StreamBody final : public http::BodySource {
 public:
  explicit StreamBody(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  ~StreamBody() override { stream_->leave(); }
  void next(http::PieceTaker taker) override { stream_->next(std::move(taker)); }
  bool is_endless() const override { return true; }

 private:
  const std::shared_ptr<Stream> stream_;
};

Result<Viewer> viewer_of(const Call& call, const RouteServices& services, const StreamRequest& request) {
  if (call.principal.kind != http::Principal::Kind::anonymous)
    return services.credentials.viewer(call.principal, std::string(call.request.headers.find("Authorization").value_or("")));
  if (!request.ticket) return fail(Errc::unauthenticated, "token_missing", "Send `Authorization: Bearer …`, or a ticket of POST /realtime/ticket.");
  const auto authorization = services.tickets.redeem(*request.ticket);
  if (!authorization) return fail(authorization.error());
  return services.credentials.viewer(*authorization);
}

Result<LiveBody> open_stream(Call& call, const RouteServices& services, StreamRequest request) {
  auto viewer = viewer_of(call, services, request);
  if (!viewer) return fail(viewer.error());
  viewer->watched = std::move(request.watch);
  const auto& last = request.last_event_id_header ? request.last_event_id_header : request.last_event_id;
  auto stream = services.hub.open(*std::move(viewer), last ? std::optional<std::string_view>(*last) : std::nullopt);
  if (!stream) return fail(stream.error());
  call.reply.headers.set("Cache-Control", "no-store");
  call.reply.headers.set("X-Accel-Buffering", "no");  // nginx would collect frames
  return LiveBody{"text/event-stream", std::make_shared<StreamBody>(*std::move(stream))};
}

}  // namespace

void add_routes(http::Router& router, RouteServices services) {
  router.add<NoFields, TicketView>(Method::post, "/realtime/ticket", {
      .family = kFamily, .summary = "Get a ticket for the live stream", .description = "For browsers, whose EventSource cannot send an Authorization header. A ticket opens one stream.",
      .auth = Auth::bearer, .scope = "-", .status = 201, .audit = false,  // it changes nothing
      .handle = [services](Call& call, NoFields) -> Result<TicketView> {
        auto ticket = services.tickets.issue(call.principal.tenant.customer_id, call.request.headers.find("Authorization").value_or(""));
        if (!ticket) return fail(ticket.error());
        call.reply.headers.set("Cache-Control", "no-store");
        return TicketView{std::move(ticket->ticket), ticket->expires_at};
      }});
  router.add<StreamRequest, LiveBody>(Method::get, "/realtime/stream", {
      .family = kFamily, .summary = "Live stream (Server-Sent Events)", .description = kStreamText,
      .auth = Auth::public_ | Auth::bearer | Auth::api_key, .own_auth = "realtime-ticket", .scope = "-", .media_type = "text/event-stream", .errors = {Errc::unauthenticated, Errc::unavailable},
      .handle = [services](Call& call, StreamRequest request) { return open_stream(call, services, std::move(request)); }});
}

}  // namespace openstrat::realtime
