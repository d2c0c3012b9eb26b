#include "http/dto.hpp"
#include "http/router.hpp"
#include "platform/routes.hpp"
#include "platform/system_service.hpp"

namespace openstrat {

template <>
struct http::EnumNames<platform::CheckStatus> {
  using Status = platform::CheckStatus;
  static constexpr EnumName table[] = {{"ok", Status::ok}, {"warn", Status::warn}, {"fail", Status::fail}};
};
template <>
struct http::Fields<platform::Check> {
  using V = platform::Check;
  static constexpr auto table = fields<V>("SystemCheck", body<&V::name>("name", "what was looked at").example("disk"), body<&V::status>("status", "`ok`, `warn` or `fail`"),
      body<&V::message>("message", "what was found"), body<&V::next>("next", "what to do; empty: nothing"));
};
template <>
struct http::Fields<platform::BuildInfo> {
  using V = platform::BuildInfo;
  static constexpr auto table = fields<V>("SystemBuild", body<&V::type>("type", "`release` or `debug`"), body<&V::compiler>("compiler", "that built it"));
};
template <>
struct http::Fields<platform::NodeLine> {
  using V = platform::NodeLine;
  static constexpr auto table = fields<V>("SystemNode", body<&V::id>("id", "host and data directory"), body<&V::host>("host", "name of its machine"),
      body<&V::self>("self", "the node that answers"), body<&V::alive>("alive", "was seen within 45 s"), body<&V::version>("version", "of its program"),
      body<&V::roles>("roles", "what it does"), body<&V::url>("url", "its `public_url.api`"), body<&V::issuer>("issuer", "of its access tokens"),
      body<&V::started_at>("started_at", "last start"), body<&V::seen_at>("seen_at", "last sign of life"));
};
template <>
struct http::Fields<platform::DatabaseState> {
  using V = platform::DatabaseState;
  static constexpr auto table = fields<V>("SystemDatabase", body<&V::engine>("engine", "`sqlite` or `postgresql`"), body<&V::version>("version", "of the engine"),
      body<&V::size_bytes>("size_bytes", "with indexes"), body<&V::writer_queue>("writer_queue", "transactions of this node that wait for their turn"),
      body<&V::commits>("commits", "of this node since its start"));
};
template <>
struct http::Fields<platform::TaskKind> {
  using V = platform::TaskKind;
  static constexpr auto table = fields<V>("SystemTaskKind", body<&V::kind>("kind", "kind of background work"), body<&V::ready>("ready", "due, not begun"),
      body<&V::later>("later", "for a later time"), body<&V::running>("running", "being done"), body<&V::dead>("dead", "given up after too many attempts"),
      body<&V::oldest_s>("oldest_s", "seconds that the oldest one has been due"));
};
template <>
struct http::Fields<platform::TaskState> {
  using V = platform::TaskState;
  static constexpr auto table = fields<V>("SystemTasks", body<&V::ready>("ready", "due, not begun"), body<&V::later>("later", "for a later time"),
      body<&V::running>("running", "being done"), body<&V::dead>("dead", "given up after too many attempts"),
      body<&V::oldest_s>("oldest_s", "seconds that the oldest one has been due"), body<&V::by_kind>("by_kind", "kinds that have any"));
};
template <>
struct http::Fields<platform::SubscriberState> {
  using V = platform::SubscriberState;
  static constexpr auto table = fields<V>("SystemSubscriber", body<&V::subscriber>("subscriber", "part of the program"), body<&V::backlog>("backlog", "events that it has to catch up with"),
      body<&V::dead>("dead", "events that it refused too often"), body<&V::oldest_s>("oldest_s", "age of the oldest one in seconds"));
};
template <>
struct http::Fields<platform::BusState> {
  using V = platform::BusState;
  static constexpr auto table = fields<V>("SystemBus", body<&V::outbox>("outbox", "events that were not handed out yet"), body<&V::dead>("dead", "refused too often, by all"),
      body<&V::backlog>("backlog", "by subscriber; who keeps up is not listed"));
};
template <>
struct http::Fields<platform::MailState> {
  using V = platform::MailState;
  static constexpr auto table = fields<V>("SystemMail", body<&V::delivery>("delivery", "`smtp`, or `capture`: mails are kept here"), body<&V::server>("server", "SMTP server"),
      body<&V::waiting>("waiting", "accepted, not gone yet"), body<&V::failed>("failed", "refused or given up"));
};
template <>
struct http::Fields<platform::ChainState> {
  using V = platform::ChainState;
  static constexpr auto table = fields<V>("SystemAuditChain", body<&V::status>("status", "`unchecked` since the start of this node, `running`, `whole` or `broken`"),
      body<&V::checked_at>("checked_at", "end of the last check"), body<&V::problem>("problem", "what is broken"));
};
template <>
struct http::Fields<platform::AuditState> {
  using V = platform::AuditState;
  static constexpr auto table = fields<V>("SystemAudit", body<&V::entries>("entries", "in the database"), body<&V::waiting_bytes>("waiting_bytes", "in the journal of this node"),
      body<&V::lost>("lost", "entries of this node that could not be kept"), body<&V::chain>("chain", "whether the log is as it was written"));
};
template <>
struct http::Fields<platform::StoragePart> {
  using V = platform::StoragePart;
  static constexpr auto table = fields<V>("SystemStoragePart", body<&V::name>("name", "`database`, `backups`, `files` or `other`"), body<&V::bytes>("bytes", "on the disk"));
};
template <>
struct http::Fields<platform::StorageState> {
  using V = platform::StorageState;
  static constexpr auto table = fields<V>("SystemStorage", body<&V::data_dir>("data_dir", "of this node"), body<&V::bytes>("bytes", "in it"), body<&V::free>("free", "left on the disk"),
      body<&V::measured_at>("measured_at", "when its files were counted; null: not yet"), body<&V::parts>("parts", "what takes the space"));
};
template <>
struct http::Fields<platform::DeviceState> {
  using V = platform::DeviceState;
  static constexpr auto table = fields<V>("SystemDevices", body<&V::sites>("sites", "of all teams"), body<&V::adopted>("adopted", "of which a router was adopted"),
      body<&V::online>("online", "of which have a pulse"), body<&V::heartbeats_per_s>("heartbeats_per_s", "at this node, over the last seconds"));
};
template <>
struct http::Fields<platform::SystemReport> {
  using V = platform::SystemReport;
  static constexpr auto table = fields<V>("System", body<&V::product>("product", "name of the product here"), body<&V::version>("version", "of the node that answers"),
      body<&V::build>("build", "of its program"), body<&V::started_at>("started_at", "its last start"), body<&V::uptime_s>("uptime_s", "seconds since then"),
      body<&V::collected_at>("collected_at", "when this picture was taken; at most two seconds ago"), body<&V::nodes>("nodes", "processes that use this database"),
      body<&V::database>("database", "where everything is kept"), body<&V::tasks>("tasks", "background work"), body<&V::bus>("bus", "events on their way"),
      body<&V::mail>("mail", "mails to people"), body<&V::audit>("audit", "the audit log"), body<&V::storage>("storage", "disk of this node"),
      body<&V::devices>("devices", "routers, of all teams"), body<&V::checks>("checks", "what `openstrat doctor` knows, the worst first"));
};

}  // namespace openstrat

namespace openstrat::platform {

void add_system_routes(http::Router& router, SystemService& system) {
  router.add<http::NoFields, SystemReport>(http::Method::get, "/system", {
      .family = "System", .summary = "State of the installation",
      .description = "Nodes, database, queues, mails, disk and checks of the whole installation: for operators (`operator` of GET /me), who are no role of a team.",
      .auth = http::Auth::bearer, .scope = "-", .needs_team = false, .errors = {Errc::forbidden, Errc::unavailable},
      .handle = [&system](http::Call& call, http::NoFields) -> Result<SystemReport> {
        if (!call.principal.is_operator)
          return fail(Errc::forbidden, "operator_required",
                      "Only for operators of this installation. Whoever runs the server can make you one: openstrat admin set-operator --email " + call.principal.display_name);
        const auto report = system.report();
        if (!report) return fail(report.error());
        call.reply.headers.set("Cache-Control", "no-store");
        return **report;
      }});
}

}  // namespace openstrat::platform
