// The composition root: every service of one process, built in dependency order, destroyed in reverse. No HTTP here.
#pragma once

#include <memory>

#include "app/federation_parts.hpp"
#include "app/instance.hpp"
#include "app/mail_parts.hpp"
#include "app/mfa_parts.hpp"
#include "app/monitoring_parts.hpp"
#include "app/protection_parts.hpp"
#include "app/realtime_parts.hpp"
#include "app/settings.hpp"
#include "app/script_parts.hpp"
#include "app/search_feed.hpp"
#include "app/sign_in_parts.hpp"
#include "app/site_facets.hpp"
#include "app/tag_resources.hpp"
#include "app/team_sites.hpp"
#include "audit/log_service.hpp"
#include "audit/verifier.hpp"
#include "audit/writer.hpp"
#include "backups/grant_fragments.hpp"
#include "base/url_signer.hpp"
#include "bus/bus.hpp"
#include "fleet/adoption_log.hpp"
#include "fleet/adoption_service.hpp"
#include "fleet/device_token.hpp"
#include "fleet/heartbeat_service.hpp"
#include "fleet/job_lists.hpp"
#include "fleet/job_service.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/offline_sweep.hpp"
#include "fleet/pulse_writer.hpp"
#include "fleet/runbook_service.hpp"
#include "fleet/site_overview.hpp"
#include "fleet/site_removal.hpp"
#include "fleet/site_service.hpp"
#include "http/client.hpp"
#include "http/pagination.hpp"
#include "identity/authenticator.hpp"
#include "identity/credential_cache.hpp"
#include "identity/account_service.hpp"
#include "identity/key_service.hpp"
#include "identity/member_service.hpp"
#include "identity/password_service.hpp"
#include "identity/session_activity.hpp"
#include "identity/session_keeper.hpp"
#include "identity/role_service.hpp"
#include "identity/signing_keys.hpp"
#include "identity/team_service.hpp"
#include "identity/token_service.hpp"
#include "identity/user_service.hpp"
#include "oidc/provider.hpp"
#include "preferences/preference_service.hpp"
#include "sign_in/browser_service.hpp"
#include "short_links/link_keeper.hpp"
#include "tags/metadata_service.hpp"
#include "tags/tag_service.hpp"
#include "tags/tag_visibility.hpp"
#include "search/docs_service.hpp"
#include "search/search_service.hpp"
#include "tasks/queue.hpp"

namespace openstrat::app {

/// fleet's SiteQuota over identity's team limit.
class TeamQuota final : public fleet::SiteQuota {
 public:
  Status check(db::Session& session, const Tenant& tenant, std::int64_t sites) override;
};

/// identity's DeviceTokenVerifier over fleet's tokens and live table.
class LiveDeviceVerifier final : public identity::DeviceTokenVerifier {
 public:
  LiveDeviceVerifier(const fleet::DeviceTokens& tokens, fleet::LiveSites& live) : tokens_(tokens), live_(live) {}
  Result<std::optional<Device>> verify(std::string_view token) override;

 private:
  const fleet::DeviceTokens& tokens_;
  fleet::LiveSites& live_;
};

/// fleet's Webhooks over the outgoing HTTP client.
class HttpWebhooks final : public fleet::Webhooks {
 public:
  explicit HttpWebhooks(const http::Client& client) : client_(client) {}
  Status post(const std::string& url, const std::string& json, const std::string& signature_key) override;

 private:
  const http::Client& client_;
};

/// Stays the same over a restart, so that a crashed process finds its own leases again.
std::string node_name();

struct Services {
  Services(Instance& instance, const PublicUrls& urls);

  /// Fills the live table, prepares roles and signing keys. Before anything is served.
  Status prepare();
  /// Task handlers and subscriptions. Before bus and queue start.
  void register_all();

  Instance& instance;
  db::Database& database;
  const Clock& clock;
  Rng& rng;

  const fleet::Settings fleet_settings;
  const identity::Settings identity_settings;
  const backups::Settings backup_settings;

  std::unique_ptr<bus::Bus> bus;
  std::unique_ptr<tasks::Queue> tasks;
  UrlSigner signer;
  http::CursorSigner cursors;
  http::Client http_client;

  templates::Library templates;
  MailParts mail;

  SecretBox identity_secrets;
  tags::TagVisibility tag_visibility;
  identity::CredentialCache credentials;
  identity::PasswordService passwords;
  identity::AccountService accounts;
  identity::UserService users;
  identity::KeyService keys;
  identity::SigningKeys signing_keys;
  identity::TokenService tokens;
  audit::AuditWriter audit;
  identity::SessionActivity session_activity;
  identity::SessionKeeper sessions;
  audit::LogService audit_log;
  audit::Verifier audit_verifier;
  MfaParts mfa;

  sign_in::BrowserService browsers;
  oidc::Provider oidc;
  ProtectionParts protection;
  SignInParts sign_in;
  FederationParts federation;

  fleet::LiveSites live;
  fleet::DeviceTokens device_tokens;
  LiveDeviceVerifier devices;
  identity::BearerAuthenticator authenticator;

  backups::GrantFragments grants;
  HttpWebhooks webhooks;
  TeamQuota quota;
  fleet::JobService jobs;
  fleet::RunbookService runbooks;
  fleet::SiteRemoval removal;
  fleet::AdoptionLog adoptions;
  fleet::AdoptionService adoption;
  AreaSiteFacets site_facets;
  fleet::SiteService sites;
  fleet::SiteOverview overview;
  fleet::JobLists job_lists;
  fleet::HeartbeatService heartbeats;
  fleet::PulseWriter pulses;
  fleet::OfflineSweep sweep;

  FleetTeamSites team_sites;
  identity::MemberService members;
  identity::RoleService team_roles;
  identity::TeamService teams;

  RealtimeParts realtime;

  monitoring::FaultService faults;

  preferences::PreferenceService preferences;

  ScriptParts scripts;

  search::Index search_index;
  SearchFeed search_feed;
  search::SearchService search;
  search::DocsService docs;
  short_links::LinkKeeper short_links;

  MonitoringParts monitoring;

  TagResources tag_resources;
  tags::TagService tags;
  tags::MetadataService metadata;
};

}  // namespace openstrat::app
