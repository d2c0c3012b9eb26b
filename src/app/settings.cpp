#include "app/settings.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include "app/instance.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "identity/scopes.hpp"

namespace openstrat::app {

routeros::Brand brand_of(const Config& config) {
  return {.name = config.brand.name, .prefix = config.brand.prefix, .comment = config.brand.comment};
}

namespace {

/// What routers import when they verify: our own certificates, unless the operator brought ones of a public authority.
std::string self_signed_pem(const Config& config) {
  if (!config.device.tls_verify || !config.tls.certificates.empty()) return "";
  std::string pem;
  std::error_code none_yet;
  for (const auto& entry : std::filesystem::directory_iterator(paths_of(config).tls_dir, none_yet)) {
    if (entry.path().extension() != ".crt") continue;
    std::ifstream in(entry.path());
    pem.append(std::istreambuf_iterator<char>(in), {});
  }
  return pem;
}

}  // namespace

mfa::Settings mfa_settings(const Config& config, const PublicUrls& urls) {
  const std::string host = text::lower(host_of(urls.auth));
  const auto is_within = [](std::string_view name, std::string_view parent) {
    return name == parent || (name.ends_with(parent) && name.size() > parent.size() && name[name.size() - parent.size() - 1] == '.');
  };
  mfa::Settings settings{.brand = config.brand.name, .rp_id = config.auth.passkey_rp_id.empty() ? host : text::lower(config.auth.passkey_rp_id),
                         .security_link = urls.portal + "/account/security"};
  if (IpAddress::parse(settings.rp_id)) settings.rp_id.clear();  // browsers make passkeys for names only
  if (!settings.rp_id.empty() && !is_within(host, settings.rp_id)) {
    log::warning("auth.passkey_rp_id is neither the host name of public_url.auth nor a parent of it: there are no passkeys",
                 {{"passkey_rp_id", settings.rp_id}, {"host", host}});
    settings.rp_id.clear();
  }
  if (settings.rp_id.empty()) return settings;
  settings.origins.push_back(origin_of(urls.auth));
  if (is_within(text::lower(host_of(urls.portal)), settings.rp_id) && origin_of(urls.portal) != settings.origins[0])
    settings.origins.push_back(origin_of(urls.portal));
  return settings;
}

fleet::Settings fleet_settings(const LoadedConfig& loaded, const PublicUrls& urls) {
  const Config& config = loaded.fixed;
  fleet::Settings settings;
  settings.brand = brand_of(config);
  settings.device_url = urls.device;
  settings.portal_url = urls.portal;
  settings.tls_verify = config.device.tls_verify;
  settings.ca_pem = self_signed_pem(config);
  settings.quiet_fetch_log = config.device.quiet_fetch_log;
  settings.heartbeat_period = config.monitor.heartbeat_period;
  settings.heartbeat_miss_limit = config.monitor.heartbeat_miss_limit;
  settings.restart_guard = config.monitor.restart_guard;
  settings.delivery_timeout = config.jobs.delivery_timeout;
  settings.redeliveries = config.jobs.redeliveries;
  settings.execution_timeout = config.jobs.execution_timeout;
  settings.deletion_grace = config.sites.deletion_grace;
  settings.notify_timeout_days = config.sites.notify_timeout_days;
  settings.tombstone_days = config.retention.tombstones_days;
  settings.jobs_days = config.retention.jobs_days;
  settings.polls_per_minute = loaded.runtime.ratelimit.enabled ? loaded.runtime.ratelimit.poll : 0;
  return settings;
}

identity::PasswordService::Options password_options(const Config& config) {
  constexpr unsigned kMost = 8;
  const auto processors = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, kMost));
  const int at_once = config.auth.password_parallel > 0 ? config.auth.password_parallel : processors;
  return {.cost = {.memory = static_cast<std::size_t>(std::max<std::int64_t>(config.auth.password_memory, 8 << 10)), .passes = static_cast<unsigned>(config.auth.password_passes)}, .at_once = at_once};
}

identity::Settings identity_settings(const LoadedConfig& loaded, const PublicUrls& urls) {
  const Config& config = loaded.fixed;
  identity::Settings settings;
  settings.issuer = urls.auth;
  settings.trusted_issuers = config.auth.trusted_issuers;
  settings.audience = urls.api;
  settings.portal = urls.portal;
  settings.access_token_life = config.auth.access_token;
  settings.api_key_prefix = config.brand.api_key_prefix;
  for (const ServiceToken& token : config.internal.tokens)
    settings.internal_tokens.push_back({.service = token.service, .hash = token.hash, .allow = token.allow});
  settings.internal_allow = config.internal.allow_cidrs;
  settings.api_key_per_minute = loaded.runtime.ratelimit.api_key;
  settings.user_per_minute = loaded.runtime.ratelimit.user;
  return settings;
}

mail::Settings mail_settings(const Config& config, const PublicUrls& urls) {
  using Security = mail::SmtpSettings::Security;
  // A bare address is no domain of a sender, and nobody would take the mail.
  const std::string domain = IpAddress::parse(urls.host) ? "localhost.localdomain" : urls.host;
  mail::Settings settings;
  settings.smtp = {.host = config.mail.host, .port = static_cast<std::uint16_t>(config.mail.port),
                   .security = config.mail.security == "tls" ? Security::tls : config.mail.security == "none" ? Security::none : Security::starttls,
                   .username = config.mail.username, .password = config.mail.password, .ca_file = config.mail.ca_file, .helo = domain,
                   .timeout = std::chrono::duration_cast<std::chrono::milliseconds>(config.mail.timeout)};
  settings.from = config.mail.from.empty() ? "noreply@" + domain : config.mail.from;
  settings.reply_to = config.mail.reply_to;
  settings.brand = {.name = config.brand.name, .color = config.brand.color, .logo_url = config.brand.logo_url};
  settings.capture = config.mail.capture;
  settings.first_retry = std::max(config.mail.first_retry, std::chrono::seconds(1));
  settings.mailbox_allow = config.internal.allow_cidrs;
  settings.own_hosts = certificate_names(urls);
  return settings;
}

oidc::Settings oidc_settings(const Config& config, const PublicUrls& urls, const crypto::Key32& form_key) {
  oidc::Settings settings;
  settings.issuer = urls.auth;
  settings.portal = urls.portal;
  settings.brand = config.brand.name;
  settings.access_token_life = config.auth.access_token;
  settings.refresh_idle = std::chrono::days(config.auth.refresh_idle_days);
  settings.refresh_life = std::chrono::days(config.auth.refresh_days);
  settings.form_key = form_key;
  settings.describe_scope = [](std::string_view scope) {
    const auto known = identity::scopes();
    const auto found = std::ranges::find(known, scope, &identity::ScopeInfo::scope);
    return found == known.end() ? std::string() : std::string(found->description);
  };
  return settings;
}

sign_in::Settings sign_in_settings(const Config& config, const PublicUrls& urls) {
  using sign_in::Registration;
  const std::string& word = config.auth.registration;
  return {.registration = word == "open" ? Registration::open : word == "closed" ? Registration::closed : Registration::invite,
          .auth_url = urls.auth};
}

backups::Settings backup_settings(const Config& config, const PublicUrls& urls) {
  backups::Settings settings;
  settings.brand = brand_of(config);
  settings.device_url = urls.device;
  settings.sftp_host = urls.host;
  settings.sftp_port = static_cast<std::uint16_t>(config.sftp.port);
  settings.tls_verify = config.device.tls_verify;
  settings.overdue_days = config.backups.overdue_days;
  settings.retention_days = config.retention.backups_days;
  settings.keep_weekly_days = config.retention.backups_weekly_days;
  settings.keep_newest = config.retention.backups_newest;
  return settings;
}

protection::Settings protection_settings(const Config& config, const PublicUrls& urls) {
  protection::Settings settings;
  settings.datacentres = config.auth.datacentre_cidrs;
  settings.auth_url = urls.auth;
  settings.portal_url = urls.portal;
  settings.attempts_days = config.retention.login_attempts_days;
  settings.breach_filter = paths_of(config).breach_filter;
  settings.breach_range_url = config.auth.breach_range_url;
  settings.breach_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(config.auth.breach_timeout);
  return settings;
}

short_links::Settings short_link_settings(const Config& config, const PublicUrls& urls) {
  std::vector<std::string> own{urls.api, urls.device, urls.auth, urls.portal, urls.docs};
  std::ranges::sort(own);
  own.erase(std::unique(own.begin(), own.end()), own.end());
  return {.short_url = urls.short_links, .own_urls = std::move(own), .direct_hosts = config.short_link_direct_hosts};
}

}  // namespace openstrat::app
