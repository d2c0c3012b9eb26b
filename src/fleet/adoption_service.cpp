#include "fleet/adoption_service.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/adoption_log.hpp"
#include "fleet/device_token.hpp"
#include "fleet/facts.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/site_store.hpp"
#include "fleet/write_again.hpp"

namespace openstrat::fleet {
namespace {

/// "15th Dec 23"
std::string adoption_date(Timestamp now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const unsigned number = static_cast<unsigned>(date.day());
  const bool teen = number >= 11 && number <= 13;
  const char* suffix = teen ? "th" : number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
  return std::to_string(number) + suffix + format_in_zone(now, "UTC", " %b %y");
}

std::string cut_to_characters(std::string name, std::size_t most) {
  while (text::length_utf8(name) > most) {
    while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xC0) == 0x80) name.pop_back();
    if (!name.empty()) name.pop_back();
  }
  return name;
}

std::string host_of(const std::string& url) {
  const auto start = url.find("://");
  std::string host = start == std::string::npos ? url : url.substr(start + 3);
  host.resize(std::min(host.find('/'), host.size()));
  if (!host.starts_with('[')) host.resize(std::min(host.find(':'), host.size()));
  return host;
}

bool is_usable(const Runbook& runbook, Timestamp now) { return !runbook.disabled && (!runbook.expires_at || *runbook.expires_at > now); }

routeros::Style style_of(bool readable) { return readable ? routeros::Style::readable : routeros::Style::minified; }

}  // namespace

Result<Runbook> AdoptionService::known_runbook(db::Session& session, std::string_view token) {
  const auto uuid = uuid_from_base62(token);
  if (!uuid) return fail(Errc::not_found, "No such runbook.");
  auto runbook = site_store::find_runbook_by_token(session, *uuid);
  if (!runbook) return fail(runbook.error());
  if (!*runbook) return fail(Errc::not_found, "No such runbook.");
  return std::move(**runbook);
}

Result<Runbook> AdoptionService::usable_runbook(db::Session& session, std::string_view token) {
  auto runbook = known_runbook(session, token);
  if (!runbook) return runbook;
  if (!is_usable(*runbook, deps_.clock.now())) return fail(Errc::not_found, "No such runbook.");
  return runbook;
}

Error AdoptionService::refuse_token(const Runbook& runbook, const IpAddress& remote) {
  AdoptionRecord record{.step = AdoptionStep::refused, .ok = false};
  if (runbook.site_id && runbook.disabled) record.reason = "token_used", record.detail = "This command has adopted a router already; it works once. Make a new command for the site.";
  else if (runbook.disabled) record.reason = "token_disabled", record.detail = "The runbook is disabled.";
  else record.reason = "token_expired", record.detail = "The command has expired. Make a new one.";
  deps_.log.note(runbook, remote, {.record = std::move(record)});
  return Error(Errc::not_found, "No such runbook.");
}

Result<std::string> AdoptionService::bootstrap_script(std::string_view token, const IpAddress& remote, bool readable) {
  const auto runbook = deps_.database.read([&](db::Session& session) { return known_runbook(session, token); });
  if (!runbook) return fail(runbook.error());
  if (!is_usable(*runbook, deps_.clock.now())) return fail(refuse_token(*runbook, remote));
  deps_.log.note(*runbook, remote, {.record = {.step = AdoptionStep::script_fetched, .detail = "The router at " + remote.to_string() + " has fetched the script"}});
  const std::string host = host_of(deps_.settings.device_url);
  const routeros::BootstrapParams params{.brand = deps_.settings.brand,
                                         .adopt_url = deps_.settings.device_url + "/adopt/" + std::string(token),
                                         .dns_name = IpAddress::parse(host) || host.starts_with('[') ? "" : host,
                                         .tls_verify = deps_.settings.tls_verify,
                                         .ca_pem = deps_.settings.ca_pem};
  return routeros::render_bootstrap(params, style_of(readable));
}

bool AdoptionService::may_take_over(const Site& site, const Request& request) const {
  if (!site.has_pulse || !site.adopted_at) return true;
  const auto claims = deps_.tokens.open(request.device_token);
  if (claims && claims->site_id == site.id && claims->version == site.token_version) return true;
  if (site.takeover_until && *site.takeover_until > deps_.clock.now()) return true;
  SitePulse pulse = site.pulse;
  if (const auto live = deps_.live.pulse(site.id)) pulse = *live;
  return IpAddress::parse(pulse.last_seen_from) == std::optional(request.remote);
}

Site AdoptionService::new_site(const Runbook& runbook, const routeros::Heartbeat& heartbeat) {
  const Timestamp now = deps_.clock.now();
  Site site;
  site.customer_id = runbook.customer_id;
  site.id = SiteId(uuid_v4(deps_.rng));
  site.pid = "site_" + ksuid(now, deps_.rng);
  const std::string identity = heartbeat.name.empty() ? "MikroTik" : cut_to_characters(heartbeat.name, 80);
  site.name = identity + " - " + adoption_date(now);
  site.created_at = now;
  return site;
}

Result<AdoptionService::Adopted> AdoptionService::adopt_in(db::Session& session, const Request& request,
                                                           const routeros::Heartbeat& heartbeat, const std::string& hardware_hash) {
  auto adopted = decide_in(session, request, heartbeat, hardware_hash);
  if (!adopted) return adopted;
  if (auto logged = log_adoption(session, request, heartbeat, hardware_hash, *adopted); !logged) return fail(logged.error());
  return adopted;
}

Status AdoptionService::log_adoption(db::Session& session, const Request& request, const routeros::Heartbeat& heartbeat, const std::string& hardware_hash,
                                     const Adopted& adopted) {
  const std::optional<SiteId> site = adopted.site.id.value.is_nil() ? adopted.runbook.site_id : std::optional(adopted.site.id);
  const std::string about = (heartbeat.model.empty() ? heartbeat.board_name : heartbeat.model) + (heartbeat.version.empty() ? "" : ", RouterOS " + heartbeat.version);
  const auto note = [&](AdoptionRecord record) {
    return deps_.log.note_in(session, adopted.runbook, request.remote,
                             {.record = std::move(record), .hardware_hash = hardware_hash, .router = heartbeat.name, .site_id = site});
  };
  if (auto noted = note({.step = AdoptionStep::adopt_requested, .detail = "The router has introduced itself: " + about}); !noted) return noted;
  if (adopted.refusal) return note({.step = AdoptionStep::refused, .ok = false, .reason = adopted.reason, .detail = adopted.why});
  return note({.step = AdoptionStep::adopted, .detail = (adopted.first ? "Adopted as " : "Adopted again as ") + adopted.site.name});
}

Result<AdoptionService::Adopted> AdoptionService::decide_in(db::Session& session, const Request& request,
                                                            const routeros::Heartbeat& heartbeat, const std::string& hardware_hash) {
  auto runbook = usable_runbook(session, request.token);
  if (!runbook) return fail(runbook.error());
  const Tenant tenant{runbook->customer_id};
  Adopted out{.runbook = std::move(*runbook)};

  auto known = site_store::find_by_hardware(session, tenant, hardware_hash);
  if (!known) return fail(known.error());
  if (out.runbook.site_id) {
    auto bound = site_store::find(session, tenant, *out.runbook.site_id);
    if (!bound) return fail(bound.error());
    if (*known && (*known)->id != bound->id) {  // this router is already another site of the team
      out.refusal = routeros::Refusal::support;
      out.reason = "other_site";
      out.why = "This router is the site " + (*known)->name + " of your team already. Delete that site first, or use its own command.";
      return out;
    }
    *known = std::move(*bound);
  }
  if (*known) {
    // Impatient people paste twice: whoever comes second waits here, and goes on with what the first has stored.
    auto locked = site_store::find_for_update(session, tenant, (*known)->id);
    if (!locked) return fail(locked.error());
    out.site = std::move(*locked);
    if (out.runbook.site_id)  // single use: perhaps the first has used it
      if (auto still = usable_runbook(session, request.token); !still) return fail(still.error());
    if (!may_take_over(out.site, request)) {
      out.refusal = routeros::Refusal::online_site;
      out.reason = "needs_takeover";
      out.why = "The site " + out.site.name + " has this hardware and is online from another address. Allow a takeover on the site, then paste the command again.";
      return out;
    }
  } else {
    const auto sites = site_store::count(session, tenant);
    if (!sites) return fail(sites.error());
    if (auto allowed = deps_.quota.check(session, tenant, *sites); !allowed) {
      if (allowed.error().code() != Errc::conflict && allowed.error().code() != Errc::payment_required) return fail(allowed.error());
      out.refusal = routeros::Refusal::capacity;
      out.reason = "site_limit";
      out.why = allowed.error().message();
      return out;
    }
    out.site = new_site(out.runbook, heartbeat);
    out.created = true;
    const auto elsewhere = site_store::hardware_elsewhere(session, tenant, hardware_hash);
    if (!elsewhere) return fail(elsewhere.error());
    if (*elsewhere)
      session.on_commit([site = out.site.id] {
        log::warning("adopted hardware that another customer has as a site too", {{"site", site.to_string()}});
      });
  }

  const Site before = out.site;
  const Timestamp now = deps_.clock.now();
  Site& site = out.site;
  out.first = !site.adopted_at;
  site.runbook_id = out.runbook.id;
  site.policy_id = out.runbook.policy_id;
  site.facts = facts_of(heartbeat, site.facts, static_cast<std::int64_t>(routeros::facts_hash(request.body)));
  site.facts.hardware_hash = hardware_hash;
  site.adopted_at = site.adopted_at.value_or(now);
  site.has_pulse = true;
  site.offline_since.reset();
  site.takeover_until.reset();
  site.deleted_at.reset();
  site.scheduler_removal_at.reset();
  site.token_version += 1;
  site.updated_at = now;
  site.pulse = {.last_seen_at = now, .last_seen_from = request.remote.to_string(), .uptime_seconds = heartbeat.uptime_s};
  if (heartbeat.uptime_s) site.booted_at = now - std::chrono::seconds(*heartbeat.uptime_s);

  auto stored = out.created ? site_store::insert(session, site) : site_store::update(session, site);
  if (!stored) return fail(stored.error());
  if (out.first && !out.created)
    if (auto counted = site_store::count_adoption(session, site.customer_id); !counted) return fail(counted.error());
  if (auto pulse = site_store::write_pulse(session, site.id, site.pulse); !pulse) return fail(pulse.error());
  if (out.runbook.site_id) {  // single use
    out.runbook.disabled = true;
    if (auto used = site_store::update_runbook(session, out.runbook); !used) return fail(used.error());
  }
  auto backup = deps_.backups.prepare(session, site, std::nullopt, BackupFragments::Purpose::adopt);
  if (!backup) return fail(backup.error());
  out.backup = std::move(*backup);
  if (auto announced = announce(session, out, before); !announced) return fail(announced.error());
  session.on_commit([this, site] {
    deps_.live.put(site);
    deps_.live.with(site.id, [](LiveSite& live) { live.just_adopted = true; });
  });
  return out;
}

Status AdoptionService::announce(db::Session& session, const Adopted& adopted, const Site& before) {
  const Site& site = adopted.site;
  const Timestamp now = deps_.clock.now();
  const auto event = [&](const char* name, Attributes data) {
    return deps_.bus.append(session, {.name = name, .occurred_at = now, .customer_id = site.customer_id, .site_id = site.id,
                                      .resource_id = site.id.to_string(), .data = std::move(data)});
  };
  if (adopted.created)
    if (auto sent = event("site.created", {{"name", site.name}}); !sent) return sent;
  auto sent = event("site.adopted", {{"name", site.name}, {"first", adopted.first}, {"runbook", adopted.runbook.name},
                                     {"address", site.pulse.last_seen_from}});
  if (!sent) return sent;
  if (adopted.first || before.has_pulse) return {};
  Attributes back{{"name", site.name}};
  if (before.offline_since) back.set("offline_since", to_unix_us(*before.offline_since));
  return event("site.online", std::move(back));
}

std::string AdoptionService::script(const Adopted& adopted, const Request& request) const {
  const Settings& settings = deps_.settings;
  if (adopted.refusal)
    return routeros::render_refusal({.brand = settings.brand, .reason = *adopted.refusal, .portal_url = settings.portal_url,
                                     .reference = request.request_id},
                                    style_of(request.readable));
  const Site& site = adopted.site;
  const routeros::AdoptionParams params{
      .poll = {.brand = settings.brand, .poll_url = settings.device_url + "/poll",
               .device_token = deps_.tokens.issue(site.id, site.token_version, deps_.clock.now()), .tls_verify = settings.tls_verify,
               .interval = settings.heartbeat_period},
      .site_name = site.name,
      .runbook_name = adopted.runbook.name,
      .portal_url = settings.portal_url + "/deployments/" + site.id.to_string() + "/overview",
      .quote = "Good networks are boring. Enjoy the silence.",
      .backup = adopted.backup,
      .quiet_fetch_log = settings.quiet_fetch_log};
  return routeros::render_adoption(params, style_of(request.readable));
}

Result<std::string> AdoptionService::adopt(const Request& request) {
  const auto heartbeat = routeros::parse_heartbeat(request.body);
  const auto hardware_hash = routeros::hardware_hash(heartbeat);
  // The token decides first: an unknown one must not learn what a valid body looks like.
  const auto runbook = deps_.database.read([&](db::Session& session) { return known_runbook(session, request.token); });
  if (!runbook) return fail(runbook.error());
  if (!is_usable(*runbook, deps_.clock.now())) return fail(refuse_token(*runbook, request.remote));
  if (!hardware_hash) {
    deps_.log.note(*runbook, request.remote, {.record = {.step = AdoptionStep::refused, .ok = false, .reason = "hardware_unknown",
                                                         .detail = "The router named neither serial number nor software id nor system id."}});
    return fail(Errc::invalid, "The body names no hardware: serial-number, software-id or system-id is needed.");
  }
  // The same router twice at once: the loser finds the winner's site.
  const auto adopted = write_again(
      deps_.database, [&](db::Session& session) { return adopt_in(session, request, heartbeat, *hardware_hash); });
  if (!adopted) return fail(adopted.error());
  return script(*adopted, request);
}

}  // namespace openstrat::fleet
