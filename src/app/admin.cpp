#include "app/admin.hpp"

#include "app/services.hpp"
#include "base/log.hpp"
#include "identity/scopes.hpp"
#include "platform/node_registry.hpp"
#include "protection/breach_import.hpp"

namespace openstrat::app {

struct Admin::Parts {
  Parts(Instance& instance, const PublicUrls& urls) : services(instance, urls) {}
  audit::AuditWriter audit_writer();
  Services services;
};

namespace {

/// Commands do not listen: an unset port 0 must not be replaced, only the URL that routers are told matters.
PublicUrls urls_for(const Config& config) {
  const auto listeners = listeners_of(config);
  return public_urls_of(config, listeners ? *listeners : std::vector<http::ListenerOptions>{{.address = IpAddress::v4(0x7F000001), .port = 8444}});
}

}  // namespace

Admin::Admin(Instance& instance) : parts_(std::make_unique<Parts>(instance, urls_for(instance.config()))) {}
Admin::~Admin() = default;

Result<Tenant> Admin::find_team(const std::string& id_or_name) {
  const auto team = parts_->services.users.find_team(id_or_name);
  if (!team) return fail(team.error());
  if (!*team) return fail(Errc::not_found, "no team '" + id_or_name + "'; create it with: openstrat admin create-user --team");
  return Tenant{(*team)->id};
}

Result<std::string> Admin::create_user(const std::string& email, const std::string& password, const std::string& team) {
  auto& services = parts_->services;
  if (auto prepared = services.users.prepare(); !prepared) return fail(prepared.error());
  const auto enrolled = services.users.enrol(email, password, team);
  if (!enrolled) return fail(enrolled.error());
  const auto runbooks = services.runbooks.list(Tenant{enrolled->team.id});  // makes the default policy and runbook
  if (!runbooks) return fail(runbooks.error());
  return Attributes{{"user_id", enrolled->user.id.to_string()}, {"team_id", enrolled->team.id.to_string()},
                    {"customer_id", enrolled->team.id.to_string()}}.to_json();
}

Result<std::string> Admin::create_api_key(const std::string& team, const std::string& name, const std::vector<std::string>& scopes) {
  const auto tenant = find_team(team);
  if (!tenant) return fail(tenant.error());
  identity::NewKey request{.name = name};
  if (scopes == std::vector<std::string>{"all"}) {
    request.scopes = identity::all_scopes();
  } else if (!scopes.empty()) {
    request.scopes = scopes;
  }
  const auto created = parts_->services.keys.create(*tenant, std::move(request));
  if (!created) return fail(created.error());
  return Attributes{{"token", created->key}, {"id", created->credential.id.to_string()}, {"name", created->credential.name},
                    {"team_id", tenant->customer_id.to_string()}}.to_json();
}

Result<std::string> Admin::create_runbook(const std::string& team, const std::string& name) {
  const auto tenant = find_team(team);
  if (!tenant) return fail(tenant.error());
  auto& runbooks = parts_->services.runbooks;
  const auto runbook = runbooks.create(*tenant, name);
  if (!runbook) return fail(runbook.error());
  return Attributes{{"token", fleet::RunbookService::token_text(*runbook)}, {"runbook_id", runbook->id.to_string()}, {"name", runbook->name},
                    {"bootstrap_command", runbooks.bootstrap_command(*runbook)}}.to_json();
}

Result<std::string> Admin::create_token(const std::string& email, const std::optional<std::string>& team) {
  auto& services = parts_->services;
  if (auto rotated = services.signing_keys.rotate(); !rotated) return fail(rotated.error());
  const auto user = services.users.find_user(email);
  if (!user) return fail(user.error());
  std::optional<identity::TeamId> team_id;
  if (team) {
    const auto tenant = find_team(*team);
    if (!tenant) return fail(tenant.error());
    team_id = tenant->customer_id;
  }
  const auto issued = services.tokens.issue(user->id, team_id, {});
  if (!issued) return fail(issued.error());
  warn_of_other_issuer();
  return Attributes{{"access_token", issued->access_token}, {"expires_at", to_iso8601(issued->expires_at)}, {"issuer", services.identity_settings.issuer}}.to_json();
}

/// The command knows the server's URLs from its own settings only; running servers tell theirs in the database.
void Admin::warn_of_other_issuer() {
  auto& services = parts_->services;
  const auto nodes = services.database.read([](db::Session& session) { return platform::NodeRegistry::list(session); });
  if (!nodes) return;
  const auto& ours = services.identity_settings.issuer;
  const platform::Node* other = nullptr;
  for (const auto& node : *nodes) {
    if (!platform::NodeRegistry::is_alive(node, services.clock.now())) continue;
    if (node.issuer == ours) return;
    other = &node;
  }
  if (other == nullptr) return;
  log::warning("the running server will refuse this token: it is of another issuer. Give this command the server's --config, --listen or public_url",
               {{"issuer", ours}, {"issuer_of_server", other->issuer}});
}

Result<std::string> Admin::send_test_mail(const std::string& to, Sending sending) {
  auto& services = parts_->services;
  auto& mail = services.mail;
  const std::string server = mail.settings.captures() ? "the capture mailbox" : mail.settings.smtp.server();
  const mail::Message message{.to = to, .template_name = "test", .fields = {{"server", server}, {"sent_at", to_iso8601(services.clock.now())}}};
  if (sending == Sending::queued) {
    const auto accepted = services.database.write([&](db::Session& session) { return mail.outbox.send(session, message); });
    if (!accepted) return fail(accepted.error());
    return Attributes{{"queued_to", to}}.to_json();
  }
  if (auto sent = mail.outbox.send_now(message); !sent) return fail(sent.error());
  return Attributes{{"sent_to", to}, {"server", server}}.to_json();
}

Result<std::string> Admin::failed_mails() {
  const auto mails = parts_->services.mail.outbox.failed(1000);
  if (!mails) return fail(mails.error());
  std::string lines;
  for (const auto& mail : *mails)
    lines += (lines.empty() ? "" : "\n") + Attributes{{"id", mail.id.to_string()}, {"template", mail.template_name}, {"to", mail.to},
                                                      {"accepted_at", to_iso8601(mail.accepted_at)}, {"error", mail.error}}.to_json();
  return lines;
}

Result<std::string> Admin::retry_mails() {
  const auto queued = parts_->services.mail.outbox.retry_failed();
  if (!queued) return fail(queued.error());
  return Attributes{{"queued_again", std::int64_t{*queued}}}.to_json();
}

/// Without a journal on disk: that belongs to the server, which may be running.
audit::AuditWriter Admin::Parts::audit_writer() {
  return audit::AuditWriter({.database = services.database, .clock = services.clock, .rng = services.rng, .metrics = services.instance.metrics(),
                             .user_name = identity::user_name, .retention_days = services.instance.config().retention.audit_days});
}

Result<std::string> Admin::reset_mfa(const std::string& email) {
  auto& services = parts_->services;
  const auto user = services.users.find_user(email);
  if (!user) return fail(user.error());
  Instance& instance = services.instance;
  audit::AuditWriter audit = parts_->audit_writer();
  if (auto started = audit.start(); !started) return fail(started.error());
  MfaParts mfa(instance, urls_for(instance.config()), {services.users, services.passwords, services.sessions, audit, services.mail.outbox});
  const auto done = mfa.factors.reset_by_operator(user->id);
  audit.stop();
  if (!done) return fail(done.error());
  return Attributes{{"user_id", user->id.to_string()}}.to_json();
}

Result<std::string> Admin::set_operator(const std::string& email, identity::UserService::Operator wanted) {
  auto& services = parts_->services;
  const auto user = services.users.find_user(email);
  if (!user) return fail(user.error());
  const bool on = wanted == identity::UserService::Operator::yes;
  audit::AuditWriter audit = parts_->audit_writer();
  if (auto started = audit.start(); !started) return fail(started.error());
  const auto done = services.users.set_operator(user->id, wanted);
  if (done) {
    const auto team = services.database.read([&](db::Session& session) { return services.accounts.first_team(session, user->id); });
    audit.record({.team_id = team ? *team : std::nullopt, .user_id = user->id, .email = user->email, .endpoint = on ? "operator.granted" : "operator.revoked",
                  .note = "on the command line", .request_id = "cli_" + ksuid(services.clock.now(), services.rng)});
  }
  audit.stop();
  if (!done) return fail(done.error());
  return Attributes{{"user_id", user->id.to_string()}, {"operator", on}}.to_json();
}

Result<std::string> Admin::reindex() {
  auto& services = parts_->services;
  const auto rebuilt = services.database.maintain([&](db::Session& session) { return services.search_index.rebuild_text(session); });
  if (!rebuilt) return fail(rebuilt.error());
  const auto sites = services.search_feed.reindex();
  if (!sites) return fail(sites.error());
  return Attributes{{"sites", *sites}}.to_json();
}

Result<std::string> import_breached_passwords(const Config& config, const std::filesystem::path& list, const std::function<void(int percent)>& progress) {
  const auto imported = protection::import_breached(
      {.list = list, .filter = paths_of(config).breach_filter,
       .progress = [&](std::uint64_t done, std::uint64_t total) { progress(total == 0 ? 100 : static_cast<int>(done * 100 / total)); }},
      system_clock(), secure_rng());
  if (!imported) return fail(imported.error());
  return Attributes{{"passwords", static_cast<std::int64_t>(imported->passwords)}, {"lines", static_cast<std::int64_t>(imported->lines)},
                    {"bytes", static_cast<std::int64_t>(imported->bytes)}, {"file", paths_of(config).breach_filter.string()}}.to_json();
}

}  // namespace openstrat::app
