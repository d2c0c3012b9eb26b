#include "app/config_keys.hpp"

#include <algorithm>
#include <limits>

#include "app/config_providers.hpp"
#include "app/templates.hpp"
#include "base/text.hpp"
#include "mail/catalogue.hpp"
#include "templates/brand.hpp"

namespace openstrat::app {
namespace {

using namespace std::chrono;

constexpr int kAnyInt = std::numeric_limits<int>::max();

Result<std::string> one_text(const RawValue& raw) {
  if (const auto* text = std::get_if<std::string>(&raw)) return *text;
  return fail(Errc::invalid, "one value expected, not a list");
}

Result<RawList> list_of(const RawValue& raw) {
  if (const auto* list = std::get_if<RawList>(&raw)) return *list;
  if (const auto* text = std::get_if<std::string>(&raw)) return split_list(*text);
  return fail(Errc::invalid, "a list of values expected, not of tables");
}

template <class Value, class Set>
Status pass(const Result<Value>& value, LoadedConfig& config, const Set& set) {
  if (!value) return std::unexpected(value.error());
  set(config, *value);
  return {};
}

template <class Set>
ConfigKey text_key(std::string_view name, std::string_view fallback, std::string_view description, Set set) {
  return {name, ValueType::text, fallback, description, [set](LoadedConfig& c, const RawValue& raw) { return pass(one_text(raw), c, set); }};
}

/// A text that must be empty or good.
template <class Good, class Set>
ConfigKey checked_key(std::string_view name, std::string_view fallback, std::string_view description, Good good, const char* expected, Set set) {
  return {name, ValueType::text, fallback, description, [=](LoadedConfig& c, const RawValue& raw) -> Status {
            const auto text = one_text(raw);
            if (text && !text->empty() && !good(*text)) return fail(Errc::invalid, "'" + *text + "' is not " + expected);
            return pass(text, c, set);
          }};
}

/// One of a few words.
template <class Set>
ConfigKey word_key(std::string_view name, std::string_view fallback, std::string_view description, RawList words, Set set) {
  return {name, ValueType::text, fallback, description, [set, words](LoadedConfig& c, const RawValue& raw) -> Status {
            const auto text = one_text(raw);
            if (text && std::ranges::find(words, *text) == words.end()) {
              std::string all;
              for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
              return fail(Errc::invalid, "'" + *text + "' is not one of " + all);
            }
            return pass(text, c, set);
          }};
}

template <class Set>
ConfigKey int_key(std::string_view name, std::string_view fallback, std::string_view description, int least, int most, Set set) {
  return {name, ValueType::integer, fallback, description, [set, least, most](LoadedConfig& c, const RawValue& raw) -> Status {
            const auto text = one_text(raw);
            if (!text) return std::unexpected(text.error());
            const auto number = text::parse_int(*text);
            if (!number) return fail(Errc::invalid, "'" + *text + "' is not a whole number");
            if (*number < least || *number > most) {
              const std::string bounds = most == kAnyInt ? "at least " + std::to_string(least)
                                                         : "from " + std::to_string(least) + " to " + std::to_string(most);
              return fail(Errc::invalid, *text + " is out of bounds: " + bounds);
            }
            set(c, static_cast<int>(*number));
            return {};
          }};
}

template <class Set>
ConfigKey bool_key(std::string_view name, std::string_view fallback, std::string_view description, Set set) {
  return {name, ValueType::boolean, fallback, description, [set](LoadedConfig& c, const RawValue& raw) -> Status {
            const auto text = one_text(raw);
            if (!text) return std::unexpected(text.error());
            const auto flag = text::parse_bool(*text);
            if (!flag) return fail(Errc::invalid, "'" + *text + "' is not true or false");
            set(c, *flag);
            return {};
          }};
}

template <class Set>
ConfigKey duration_key(std::string_view name, std::string_view fallback, std::string_view description, Set set) {
  return {name, ValueType::duration, fallback, description, [set](LoadedConfig& c, const RawValue& raw) -> Status {
            const auto text = one_text(raw);
            return text ? pass(parse_duration(*text), c, set) : Status(std::unexpected(text.error()));
          }};
}

template <class Set>
ConfigKey size_key(std::string_view name, std::string_view fallback, std::string_view description, Set set) {
  return {name, ValueType::size, fallback, description, [set](LoadedConfig& c, const RawValue& raw) -> Status {
            const auto text = one_text(raw);
            return text ? pass(parse_size(*text), c, set) : Status(std::unexpected(text.error()));
          }};
}

template <class Set>
ConfigKey list_key(std::string_view name, std::string_view fallback, std::string_view description, Set set) {
  return {name, ValueType::list, fallback, description, [set](LoadedConfig& c, const RawValue& raw) { return pass(list_of(raw), c, set); }};
}

template <class Set>
ConfigKey cidrs_key(std::string_view name, std::string_view fallback, std::string_view description, Set set) {
  return {name, ValueType::cidr_list, fallback, description, [set](LoadedConfig& c, const RawValue& raw) -> Status {
            const auto items = list_of(raw);
            return items ? pass(parse_cidrs(*items), c, set) : Status(std::unexpected(items.error()));
          }};
}

ConfigKey at_runtime(ConfigKey key) {
  key.lifetime = Lifetime::runtime;
  return key;
}

ConfigKey secret(ConfigKey key, Secrecy secrecy) {
  key.secrecy = secrecy;
  return key;
}

using L = LoadedConfig;
using S = std::string;

Status store_roles(LoadedConfig& config, const RawValue& raw) {
  static const RawList kRoles{"api", "device", "worker", "gateway", "portal"};
  const auto roles = list_of(raw);
  if (!roles) return std::unexpected(roles.error());
  if (roles->empty()) return fail(Errc::invalid, "at least one role is needed");
  for (const auto& role : *roles) {
    if (std::ranges::find(kRoles, role) == kRoles.end()) return fail(Errc::invalid, "'" + role + "' is not one of api, device, worker, gateway, portal");
  }
  config.fixed.roles = *roles;
  return {};
}

void add_server_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(text_key("data_dir", "", "Where everything is kept; by default ./data beside a build, /var/lib/openstrat when installed",
                          [](L& c, const S& v) { c.fixed.data_dir = v; }));
  keys.push_back({"roles", ValueType::list, "api, device, worker, gateway, portal", "What this node does", store_roles});
  keys.push_back(list_key("http.listen", "0.0.0.0:8444", "ADDR:PORT listens with TLS, http://ADDR:PORT without",
                          [](L& c, const RawList& v) { c.fixed.http.listen = v; }));
  keys.push_back(cidrs_key("http.trusted_proxies", "", "Whose X-Forwarded-For and X-Forwarded-Proto are believed",
                           [](L& c, const auto& v) { c.fixed.http.trusted_proxies = v; }));
  keys.push_back(int_key("http.io_threads", "0", "Threads that do network I/O; 0 = one a processor", 0, 1024,
                         [](L& c, int v) { c.fixed.http.io_threads = v; }));
  keys.push_back(int_key("http.max_connections", "120000", "Open connections, all listeners together", 1, kAnyInt,
                         [](L& c, int v) { c.fixed.http.max_connections = v; }));
  keys.push_back(size_key("http.header_bytes", "16KiB", "Longest request header", [](L& c, auto v) { c.fixed.http.header_bytes = v; }));
  keys.push_back(size_key("http.body_bytes", "1MiB", "Longest request body, where an operation does not say otherwise",
                          [](L& c, auto v) { c.fixed.http.body_bytes = v; }));
  keys.push_back(duration_key("http.header_timeout", "10s", "Time for a request header", [](L& c, Duration v) { c.fixed.http.header_timeout = v; }));
  keys.push_back(duration_key("http.body_timeout", "10m", "Time for a request body", [](L& c, Duration v) { c.fixed.http.body_timeout = v; }));
  keys.push_back(duration_key("http.idle_timeout", "75s", "How long an idle connection is kept", [](L& c, Duration v) { c.fixed.http.idle_timeout = v; }));
  keys.push_back(list_key("tls.cert", "", "Certificate chains, one a key type; without: self-signed ones in data_dir",
                          [](L& c, const RawList& v) { c.fixed.tls.certificates = v; }));
  keys.push_back(list_key("tls.key", "", "Their private keys, in the same order", [](L& c, const RawList& v) { c.fixed.tls.keys = v; }));
  keys.push_back(secret(text_key("db.url", "", "sqlite:PATH or postgresql://…; by default a SQLite file in data_dir",
                                 [](L& c, const S& v) { c.fixed.db.url = v; }),
                        Secrecy::url_password));
  keys.push_back(int_key("db.reader_connections", "4", "Connections for reading", 1, 1000, [](L& c, int v) { c.fixed.db.reader_connections = v; }));
  keys.push_back(int_key("db.writer_connections", "4", "PostgreSQL connections for writing", 1, 1000,
                         [](L& c, int v) { c.fixed.db.writer_connections = v; }));
  keys.push_back(duration_key("db.write_timeout", "10s", "How long a write waits for its turn", [](L& c, Duration v) { c.fixed.db.write_timeout = v; }));
  keys.push_back(text_key("secrets.key_file", "", "Master key of the secrets in the database; by default in data_dir",
                          [](L& c, const S& v) { c.fixed.secrets_key_file = v; }));
  keys.push_back(at_runtime(word_key("log.level", "info", "What is logged", {"trace", "debug", "info", "warning", "error", "off"},
                                     [](L& c, const S& v) { c.runtime.log_level = log::parse_level(v).value_or(log::Level::info); })));
  keys.push_back(word_key("log.format", "text", "How it is logged", {"text", "json"},
                          [](L& c, const S& v) { c.fixed.log_format = v == "json" ? log::Format::json : log::Format::text; }));
}

void add_product_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(text_key("public_url.api", "", "URL of the API as others see it; by default from listener and host name",
                          [](L& c, const S& v) { c.fixed.public_url.api = v; }));
  keys.push_back(text_key("public_url.device", "", "URL that routers call; by default public_url.api", [](L& c, const S& v) { c.fixed.public_url.device = v; }));
  keys.push_back(text_key("public_url.auth", "", "Issuer of tokens; by default public_url.api", [](L& c, const S& v) { c.fixed.public_url.auth = v; }));
  keys.push_back(text_key("public_url.portal", "", "URL of the web application; by default public_url.api + /app",
                          [](L& c, const S& v) { c.fixed.public_url.portal = v; }));
  keys.push_back(text_key("web.directory", "", "Serve the web application from this directory, read anew at every request: for its developers",
                          [](L& c, const S& v) { c.fixed.web_directory = v; }));
  keys.push_back(text_key("public_url.short", "", "URL of short links: a host of its own, or a path; by default public_url.api + /s",
                          [](L& c, const S& v) { c.fixed.public_url.short_links = v; }));
  keys.push_back(list_key("short_links.direct_hosts", "", "Foreign hosts, with their subdomains, that short links open without asking people first",
                          [](L& c, const RawList& v) { c.fixed.short_link_direct_hosts = v; }));
  keys.push_back(text_key("docs.base_url", "", "Where error documentation lies; by default public_url.api + /docs",
                          [](L& c, const S& v) { c.fixed.public_url.docs = v; }));
  keys.push_back(text_key("brand.name", "OpenStrat", "Name of the product", [](L& c, const S& v) { c.fixed.brand.name = v; }));
  keys.push_back(text_key("brand.prefix", "openstrat", "Prefix of names on routers", [](L& c, const S& v) { c.fixed.brand.prefix = v; }));
  keys.push_back(text_key("brand.comment", "OpenStrat:", "Beginning of comments on routers", [](L& c, const S& v) { c.fixed.brand.comment = v; }));
  keys.push_back(checked_key("brand.color", "#1f5fbf", "Colour of bars and buttons in mails and pages", templates::is_color, "a colour like #1f5fbf",
                             [](L& c, const S& v) { c.fixed.brand.color = v; }));
  keys.push_back(checked_key("brand.logo_url", "", "Logo in mails and pages; empty: the name in letters", [](const S& v) { return v.starts_with("https://"); },
                             "an https URL", [](L& c, const S& v) { c.fixed.brand.logo_url = v; }));
  keys.push_back(text_key("apikey.prefix", "alto_sk_", "Beginning of API keys", [](L& c, const S& v) { c.fixed.brand.api_key_prefix = v; }));
  keys.push_back(bool_key("device.tls_verify", "false", "Routers check our certificate", [](L& c, bool v) { c.fixed.device.tls_verify = v; }));
  keys.push_back(bool_key("device.quiet_fetch_log", "false", "Adoption silences fetch messages in the router's log",
                          [](L& c, bool v) { c.fixed.device.quiet_fetch_log = v; }));
  keys.push_back(int_key("monitor.heartbeat.period_s", "30", "Seconds between heartbeats", 5, 3600,
                         [](L& c, int v) { c.fixed.monitor.heartbeat_period = seconds(v); }));
  keys.push_back(int_key("monitor.heartbeat.miss_limit", "10", "Missed heartbeats until a site is offline", 1, 1000,
                         [](L& c, int v) { c.fixed.monitor.heartbeat_miss_limit = v; }));
  keys.push_back(int_key("monitor.restart_guard_s", "330", "Seconds after our own start before a site is called offline", 0, 86'400,
                         [](L& c, int v) { c.fixed.monitor.restart_guard = seconds(v); }));
  keys.push_back(int_key("jobs.delivery_timeout_s", "120", "Seconds until a handed-out job that was not acknowledged goes out again", 1, 86'400,
                         [](L& c, int v) { c.fixed.jobs.delivery_timeout = seconds(v); }));
  keys.push_back(int_key("jobs.redeliveries", "2", "How often it goes out again", 0, 100, [](L& c, int v) { c.fixed.jobs.redeliveries = v; }));
  keys.push_back(int_key("jobs.execution_timeout_s", "900", "Seconds a job may run", 1, 604'800,
                         [](L& c, int v) { c.fixed.jobs.execution_timeout = seconds(v); }));
  keys.push_back(int_key("sites.deletion_grace_h", "24", "Hours a deletion waits for the router", 0, 8760,
                         [](L& c, int v) { c.fixed.sites.deletion_grace = hours(v); }));
  keys.push_back(int_key("sites.notify_timeout_d", "7", "Days a router has to confirm its removal; then the site is purged anyway", 1, 365,
                         [](L& c, int v) { c.fixed.sites.notify_timeout_days = v; }));
  keys.push_back(int_key("sftp.port", "2222", "Port of the SFTP server for backups", 1, 65'535, [](L& c, int v) { c.fixed.sftp.port = v; }));
  keys.push_back(int_key("backups.overdue_days", "2", "Days without a good backup until that is an event", 1, 365,
                         [](L& c, int v) { c.fixed.backups.overdue_days = v; }));
}

void add_realtime_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(int_key("realtime.streams", "10000", "Live streams that one process serves", 1, 1'000'000, [](L& c, int v) { c.fixed.realtime.streams = v; }));
  keys.push_back(int_key("realtime.streams_per_person", "5", "Live streams of one person or API key; the oldest gives way", 1, 100'000,
                         [](L& c, int v) { c.fixed.realtime.streams_per_person = v; }));
  keys.push_back(size_key("realtime.queue_bytes", "1MiB", "What may wait for a live stream whose client does not read; then it is cut off and resumes",
                          [](L& c, auto v) { c.fixed.realtime.queue_bytes = v; }));
  keys.push_back(size_key("realtime.history_bytes", "1MiB", "What is kept of a team's frames for clients that come back",
                          [](L& c, auto v) { c.fixed.realtime.history_bytes = v; }));
}

Status store_templates_dir(LoadedConfig& config, const RawValue& raw) {
  const auto directory = one_text(raw);
  if (!directory) return std::unexpected(directory.error());
  if (!directory->empty())
    if (const auto loaded = load_templates(*directory); !loaded) return fail(loaded.error());
  config.fixed.templates_dir = *directory;
  return {};
}

void add_mail_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(text_key("mail.smtp.host", "", "SMTP server that takes our mails; without one they go to the capture mailbox", [](L& c, const S& v) { c.fixed.mail.host = v; }));
  keys.push_back(int_key("mail.smtp.port", "0", "Its port; 0 = 587, 465 or 25, by mail.smtp.security", 0, 65'535, [](L& c, int v) { c.fixed.mail.port = v; }));
  keys.push_back(word_key("mail.smtp.security", "starttls", "starttls (demanded, not tried), tls from the first byte, or none", {"starttls", "tls", "none"},
                          [](L& c, const S& v) { c.fixed.mail.security = v; }));
  keys.push_back(text_key("mail.smtp.username", "", "User name for the server; empty: no sign-in", [](L& c, const S& v) { c.fixed.mail.username = v; }));
  keys.push_back(secret(text_key("mail.smtp.password", "", "Password for the server", [](L& c, const S& v) { c.fixed.mail.password = v; }), Secrecy::hidden));
  keys.push_back(text_key("mail.smtp.ca_file", "", "Authorities (PEM) that the server's certificate may come from; by default the system's",
                          [](L& c, const S& v) { c.fixed.mail.ca_file = v; }));
  keys.push_back(duration_key("mail.smtp.timeout", "1m", "Time for one delivery", [](L& c, Duration v) { c.fixed.mail.timeout = v; }));
  keys.push_back(checked_key("mail.from", "", "Sender of our mails; by default noreply@ and the host of public_url.api", mail::is_address, "an e-mail address",
                             [](L& c, const S& v) { c.fixed.mail.from = v; }));
  keys.push_back(checked_key("mail.reply_to", "", "Where answers go; empty: to the sender", mail::is_address, "an e-mail address",
                             [](L& c, const S& v) { c.fixed.mail.reply_to = v; }));
  keys.push_back(bool_key("mail.capture", "false", "Keep mails in the capture mailbox although there is a server", [](L& c, bool v) { c.fixed.mail.capture = v; }));
  keys.push_back(duration_key("mail.first_retry", "30s", "Wait after a failed delivery; doubles up to an hour, for about two days",
                              [](L& c, Duration v) { c.fixed.mail.first_retry = duration_cast<seconds>(v); }));
  keys.push_back(bool_key("demo.enabled", "true", "Teams may have simulated routers", [](L& c, bool v) { c.fixed.demo.enabled = v; }));
  keys.push_back(text_key("demo.simulator", "", "The program that simulates them; openstrat-sim beside this one if empty", [](L& c, auto v) { c.fixed.demo.simulator = v; }));
  keys.push_back({"templates.dir", ValueType::text, "", "Directory whose files take the place of our templates: mail/invitation.html …", store_templates_dir});
}

void add_security_and_limit_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(secret({"internal.tokens", ValueType::token_list, "", "Service tokens: tables of service, hash (SHA-256, hex) and allow (path prefixes)",
                         [](L& c, const RawValue& raw) { return pass(parse_tokens(raw), c, [](L& t, const auto& v) { t.fixed.internal.tokens = v; }); }},
                        Secrecy::hidden));
  keys.push_back(cidrs_key("internal.allow_cidrs", "", "Who may call internal operations; by default loopback and private networks",
                           [](L& c, const auto& v) { c.fixed.internal.allow_cidrs = v; }));
  keys.push_back(cidrs_key("outbound.allow_cidrs", "", "Private networks that requests shaped by users may reach",
                           [](L& c, const auto& v) { c.fixed.outbound_allow_cidrs = v; }));
  keys.push_back(int_key("auth.access_token_s", "86400", "Life of an access token in seconds", 60, 31'536'000,
                         [](L& c, int v) { c.fixed.auth.access_token = seconds(v); }));
  keys.push_back(int_key("auth.refresh_idle_days", "30", "Days without use after which a refresh token ends", 1, 3650,
                         [](L& c, int v) { c.fixed.auth.refresh_idle_days = v; }));
  keys.push_back(int_key("auth.refresh_days", "90", "Days after which an application must have people sign in again", 1, 3650,
                         [](L& c, int v) { c.fixed.auth.refresh_days = v; }));
  keys.push_back(list_key("auth.trusted_issuers", "", "Further issuers of our own tokens, while a host name changes",
                          [](L& c, const RawList& v) { c.fixed.auth.trusted_issuers = v; }));
  keys.push_back(text_key("auth.passkey_rp_id", "", "Host name that passkeys are made for; by default that of public_url.auth",
                          [](L& c, const S& v) { c.fixed.auth.passkey_rp_id = v; }));
  keys.push_back(word_key("auth.registration", "invite", "Who may register: everybody, invited people, nobody; the first account always unless closed",
                          {"invite", "open", "closed"}, [](L& c, const S& v) { c.fixed.auth.registration = v; }));
  keys.push_back(size_key("auth.password_memory", "64MiB", "Memory of one Argon2id computation", [](L& c, auto v) { c.fixed.auth.password_memory = v; }));
  keys.push_back(int_key("auth.password_passes", "3", "Passes of one Argon2id computation", 1, 100, [](L& c, int v) { c.fixed.auth.password_passes = v; }));
  keys.push_back(int_key("auth.password_parallel", "0", "Argon2id computations at once; 0 = one a processor, at most 8", 0, 64,
                         [](L& c, int v) { c.fixed.auth.password_parallel = v; }));
  keys.push_back(secret({"auth.providers", ValueType::provider_list, "", "Identity providers of the whole installation: tables of id, type, name, client_id and more",
                         [](L& c, const RawValue& raw) { return pass(parse_providers(raw), c, [](L& t, const auto& v) { t.fixed.auth.providers = v; }); }},
                        Secrecy::hidden));
  keys.push_back(cidrs_key("auth.datacentre_cidrs", "", "Networks of hosting companies: sign-ins from there look more like a program's",
                           [](L& c, const auto& v) { c.fixed.auth.datacentre_cidrs = v; }));
  keys.push_back(text_key("auth.breach.range_url", "", "Range-query service for breached passwords; five characters of a hash are sent to URL/XXXXX",
                          [](L& c, const S& v) { c.fixed.auth.breach_range_url = v; }));
  keys.push_back(duration_key("auth.breach.timeout", "3s", "How long its answer is waited for", [](L& c, Duration v) { c.fixed.auth.breach_timeout = v; }));
  keys.push_back(word_key("errors.validation_status", "422", "HTTP status of a request with wrong fields", {"422", "400"},
                          [](L& c, const S& v) { c.fixed.validation_status = v == "400" ? 400 : 422; }));

  keys.push_back(size_key("audit.spill_bytes", "256MiB", "Disk for audit entries while the database is away", [](L& c, auto v) { c.fixed.audit_spill_bytes = v; }));

  const auto retention = [&keys](std::string_view name, std::string_view fallback, std::string_view description, int Config::Retention::* member) {
    keys.push_back(int_key(name, fallback, description, 1, 36'500, [member](L& c, int v) { c.fixed.retention.*member = v; }));
  };
  retention("retention.jobs_days", "90", "Days that finished jobs are kept", &Config::Retention::jobs_days);
  retention("retention.tombstones_days", "90", "Days that a deleted site is remembered", &Config::Retention::tombstones_days);
  retention("retention.audit_days", "400", "Days that the audit log is kept", &Config::Retention::audit_days);
  retention("retention.login_attempts_days", "30", "Days that tries to sign in are remembered", &Config::Retention::login_attempts_days);
  retention("retention.faults_days", "425", "Days that faults which are over are kept", &Config::Retention::faults_days);
  retention("retention.health_days", "14", "Days that the fleet's history is kept", &Config::Retention::health_days);
  retention("retention.backups_days", "90", "Days that every backup is kept", &Config::Retention::backups_days);
  retention("retention.backups_weekly_days", "365", "Days that one backup a week is kept", &Config::Retention::backups_weekly_days);
  retention("retention.backups_newest", "10", "Newest backups of a site that are always kept", &Config::Retention::backups_newest);

  keys.push_back(at_runtime(bool_key("ratelimit.enabled", "true", "false switches every rate limit off (load tests, fleets behind one address)",
                                     [](L& c, bool v) { c.runtime.ratelimit.enabled = v; })));
  keys.push_back(bool_key("ratelimit.shared", "true", "Nodes on one PostgreSQL database count together", [](L& c, bool v) { c.fixed.shared_rate_limits = v; }));
  const auto rate = [&keys](std::string_view name, std::string_view fallback, std::string_view description, int RuntimeConfig::RateLimits::* member) {
    keys.push_back(at_runtime(int_key(name, fallback, description, 1, kAnyInt, [member](L& c, int v) { c.runtime.ratelimit.*member = v; })));
  };
  rate("ratelimit.api_key", "60", "Requests a minute and API key", &RuntimeConfig::RateLimits::api_key);
  rate("ratelimit.user", "600", "Requests a minute and user", &RuntimeConfig::RateLimits::user);
  rate("ratelimit.poll", "60", "Polls a minute and site", &RuntimeConfig::RateLimits::poll);
  rate("ratelimit.bootstrap", "30", "Bootstrap scripts a minute and address", &RuntimeConfig::RateLimits::bootstrap);
  rate("ratelimit.adopt", "60", "Adoptions a minute and address", &RuntimeConfig::RateLimits::adopt);
  rate("ratelimit.sign_in", "120", "Requests a minute and address to sign-in, sign-up and password pages", &RuntimeConfig::RateLimits::sign_in);
  rate("ratelimit.public_token", "60", "Requests a minute and address to operations without sign-in", &RuntimeConfig::RateLimits::public_token);
  rate("ratelimit.backup", "10", "Backup requests a minute and site", &RuntimeConfig::RateLimits::backup);
  rate("ratelimit.short_link", "60", "Short links a minute and address", &RuntimeConfig::RateLimits::short_link);
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> kKeys = [] {
    std::vector<ConfigKey> keys;
    add_server_keys(keys);
    add_product_keys(keys);
    add_realtime_keys(keys);
    add_mail_keys(keys);
    add_security_and_limit_keys(keys);
    return keys;
  }();
  return kKeys;
}

const ConfigKey* find_config_key(std::string_view name) {
  const auto found = std::ranges::find(config_keys(), name, &ConfigKey::name);
  return found == config_keys().end() ? nullptr : &*found;
}

std::string environment_name(std::string_view key) {
  std::string out = "OPENSTRAT_";
  for (const char c : key) out += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string did_you_mean(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& key : config_keys()) names.push_back(key.name);
  const auto near = text::closest(name, names);
  return near ? "; did you mean " + std::string(*near) + "?" : "";
}

}  // namespace openstrat::app
