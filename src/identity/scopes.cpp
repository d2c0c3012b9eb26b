#include "identity/scopes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace openstrat::identity {
namespace {

constexpr std::array<ScopeInfo, 137> kScopes{{
    {"user:view", "See the users of the team", "people"},
    {"user:create", "Add users", "people"},
    {"user:update", "Change profiles and assign roles", "people"},
    {"user:delete", "Remove users", "people"},
    {"team:create", "Create teams", "people"},
    {"team:update", "Rename a team, set its site limit", "people"},
    {"team:delete", "Delete a team and its resources", "people"},
    {"teams:invite-users", "Invite people and cancel invitations", "people"},
    {"teams:remove-users", "Remove members other than the owner", "people"},
    {"role:view", "See roles", "people"},
    {"role:create", "Create roles", "people"},
    {"role:update", "Change roles", "people"},
    {"role:delete", "Delete roles", "people"},
    {"api:view", "See the API keys of the team", "people"},
    {"api:create", "Create API keys", "people"},
    {"api:update", "Change API keys", "people"},
    {"api:delete", "Revoke API keys", "people"},
    {"audit:view", "Read the audit log", "people"},
    {"workspace:view", "See the workspace", "workspace"},
    {"workspace:update", "Change the workspace", "workspace"},
    {"workspace:members", "Manage members of the workspace", "workspace"},
    {"organization:view", "See organizations", "workspace"},
    {"organization:create", "Create organizations", "workspace"},
    {"organization:update", "Change organizations", "workspace"},
    {"organization:delete", "Delete organizations", "workspace"},
    {"billing:view", "See billing accounts, invoices and subscriptions", "workspace"},
    {"billing:create", "Add billing accounts, payment methods and subscriptions", "workspace"},
    {"billing:update", "Change billing accounts and subscriptions", "workspace"},
    {"billing:delete", "Remove billing accounts and payment methods", "workspace"},
    {"site:view", "See sites", "fleet"},
    {"site:create", "Create sites", "fleet"},
    {"site:update", "Change sites", "fleet"},
    {"site:delete", "Delete sites", "fleet"},
    {"site:action", "Run site actions such as a reboot", "fleet"},
    {"site:command", "Run live RouterOS commands", "fleet"},
    {"job:view", "See device jobs", "fleet"},
    {"job:create", "Queue device jobs", "fleet"},
    {"job:delete", "Delete waiting jobs", "fleet"},
    {"backup:view", "See, compare and download backups", "fleet"},
    {"backup:create", "Request backups", "fleet"},
    {"backup:update", "Change backup frequency and retention, reveal secrets", "fleet"},
    {"script:view", "See scheduled scripts", "fleet"},
    {"script:create", "Create scheduled scripts, generate them with AI", "fleet"},
    {"script:update", "Change scheduled scripts", "fleet"},
    {"script:delete", "Delete scheduled scripts", "fleet"},
    {"script:run", "Launch scheduled scripts", "fleet"},
    {"script:authorize", "Authorize scheduled scripts", "fleet"},
    {"tag:view", "See tags and metadata", "fleet"},
    {"tag:create", "Create tags and metadata", "fleet"},
    {"tag:update", "Change tags and metadata", "fleet"},
    {"tag:delete", "Delete tags and metadata", "fleet"},
    {"inventory:view", "See LAN devices, ARP entries and syslog", "fleet"},
    {"inventory:update", "Change LAN devices and ARP entries", "fleet"},
    {"cpf:view", "See control-plane policies", "control plane"},
    {"cpf:create", "Create control-plane policies", "control plane"},
    {"cpf:update", "Change control-plane policies", "control plane"},
    {"cpf:delete", "Delete control-plane policies", "control plane"},
    {"apicredentials:view", "See the API credentials of routers", "control plane"},
    {"apicredentials:create", "Rotate the API credentials of routers", "control plane"},
    {"transientaccess:view", "See temporary WinBox and SSH access", "control plane"},
    {"transientaccess:create", "Open temporary WinBox and SSH access", "control plane"},
    {"transientaccess:delete", "Revoke temporary access", "control plane"},
    {"transientforward:view", "See port forwards", "control plane"},
    {"transientforward:create", "Open port forwards", "control plane"},
    {"transientforward:delete", "Close port forwards", "control plane"},
    {"wan:view", "See WAN failover and its tunnels", "connectivity"},
    {"wan:create", "Create WAN failover and its tunnels", "connectivity"},
    {"wan:update", "Change WAN failover and its tunnels", "connectivity"},
    {"wan:delete", "Delete WAN failover and its tunnels", "connectivity"},
    {"vpn:view", "See managed VPN instances and peers", "connectivity"},
    {"vpn:create", "Create managed VPN instances and peers", "connectivity"},
    {"vpn:update", "Change managed VPN instances and peers", "connectivity"},
    {"vpn:delete", "Delete managed VPN instances and peers", "connectivity"},
    {"eip:view", "See elastic IP addresses", "connectivity"},
    {"eip:create", "Create elastic IP addresses", "connectivity"},
    {"eip:update", "Change elastic IP addresses", "connectivity"},
    {"eip:delete", "Delete elastic IP addresses", "connectivity"},
    {"captive:view", "See captive portals and coupons", "connectivity"},
    {"captive:create", "Create captive portals and coupons", "connectivity"},
    {"captive:update", "Change captive portals and coupons", "connectivity"},
    {"captive:delete", "Delete captive portals and coupons", "connectivity"},
    {"radius:view", "See RADIUS users and groups", "connectivity"},
    {"radius:create", "Create RADIUS users and groups", "connectivity"},
    {"radius:update", "Change RADIUS users and groups", "connectivity"},
    {"radius:delete", "Delete RADIUS users and groups", "connectivity"},
    {"content:view", "See content filter policies", "security"},
    {"content:create", "Create content filter policies", "security"},
    {"content:update", "Change content filter policies", "security"},
    {"content:delete", "Delete content filter policies", "security"},
    {"securitygroup:view", "See security groups and prefix lists", "security"},
    {"securitygroup:create", "Create security groups and prefix lists", "security"},
    {"securitygroup:update", "Change security groups and prefix lists", "security"},
    {"securitygroup:delete", "Delete security groups and prefix lists", "security"},
    {"cve:view", "See CVE scan schedules, results and overrides", "security"},
    {"cve:create", "Create CVE scan schedules, results and overrides", "security"},
    {"cve:update", "Change CVE scan schedules, results and overrides", "security"},
    {"cve:delete", "Delete CVE scan schedules, results and overrides", "security"},
    {"fault:view", "See faults, comments and share tokens", "monitoring"},
    {"fault:create", "Create faults, comments and share tokens", "monitoring"},
    {"fault:update", "Change faults, comments and share tokens", "monitoring"},
    {"logs:view", "Read log groups", "monitoring"},
    {"dashboard:view", "See dashboards, query metrics", "monitoring"},
    {"dashboard:create", "Create dashboards, query metrics", "monitoring"},
    {"dashboard:update", "Change dashboards, query metrics", "monitoring"},
    {"dashboard:delete", "Delete dashboards, query metrics", "monitoring"},
    {"sla:view", "See SLA schedules and reports", "monitoring"},
    {"sla:create", "Create SLA schedules and reports", "monitoring"},
    {"sla:update", "Change SLA schedules and reports", "monitoring"},
    {"sla:delete", "Delete SLA schedules and reports", "monitoring"},
    {"sla:run", "Run SLA reports", "monitoring"},
    {"schedule:view", "See business-hours schedules", "monitoring"},
    {"schedule:create", "Create business-hours schedules", "monitoring"},
    {"schedule:update", "Change business-hours schedules", "monitoring"},
    {"schedule:delete", "Delete business-hours schedules", "monitoring"},
    {"notification:view", "See notification groups", "messages"},
    {"notification:create", "Create notification groups", "messages"},
    {"notification:update", "Change notification groups", "messages"},
    {"notification:delete", "Delete notification groups", "messages"},
    {"integration:view", "See chat integrations and identity providers", "messages"},
    {"integration:create", "Create chat integrations and identity providers", "messages"},
    {"integration:update", "Change chat integrations and identity providers", "messages"},
    {"integration:delete", "Delete chat integrations and identity providers", "messages"},
    {"webhook:test", "Test chat webhooks", "messages"},
    {"workflow:view", "See workflows", "automation"},
    {"workflow:create", "Create workflows", "automation"},
    {"workflow:update", "Change workflows", "automation"},
    {"workflow:delete", "Delete workflows", "automation"},
    {"workflow:run", "Run workflows", "automation"},
    {"workflow_authorization:view", "See delegated accounts of workflows", "automation"},
    {"workflow_authorization:manage", "Manage delegated accounts of workflows", "automation"},
    {"vault:view", "See vault secrets", "automation"},
    {"vault:create", "Create vault secrets", "automation"},
    {"vault:update", "Change vault secrets", "automation"},
    {"vault:delete", "Delete vault secrets", "automation"},
    {"ai:chat", "Talk to the AI assistant", "automation"},
    {"ai:usage", "See AI usage figures", "automation"},
    {"ai:manage", "Change AI settings", "automation"},
}};

std::string_view resource_of(std::string_view scope) { return scope.substr(0, scope.find(':')); }
std::string_view action_of(std::string_view scope) { return scope.substr(scope.find(':') + 1); }

template <std::size_t N>
bool is_one_of(std::string_view text, const std::string_view (&list)[N]) {
  return std::ranges::find(list, text) != std::end(list);
}

bool operator_may(std::string_view scope) {
  static constexpr std::string_view kChanges[] = {"site", "job", "backup", "script", "wan", "vpn", "cpf", "transientaccess",
                                                  "content", "captive", "cve", "notification", "schedule", "sla", "workflow"};
  static constexpr std::string_view kMore[] = {"script:run", "sla:run", "transientaccess:delete", "job:delete"};
  const auto action = action_of(scope);
  if (action == "view") return true;
  if (action == "create" || action == "update") return is_one_of(resource_of(scope), kChanges);
  return is_one_of(scope, kMore);
}

bool viewer_may(std::string_view scope) {
  static constexpr std::string_view kHidden[] = {"billing:view", "api:view", "apicredentials:view", "audit:view"};
  return action_of(scope) == "view" && !is_one_of(scope, kHidden);
}

bool role_may(SystemRole role, std::string_view scope) {
  switch (role) {
    case SystemRole::owner: return true;
    case SystemRole::administrator: return scope != "team:delete";
    case SystemRole::operator_: return operator_may(scope);
    case SystemRole::viewer: return viewer_may(scope);
    case SystemRole::billing_manager: return resource_of(scope) == "billing" || scope == "user:view";
    case SystemRole::security_auditor: return action_of(scope) == "view";
  }
  std::unreachable();
}

}  // namespace

std::span<const ScopeInfo> scopes() { return kScopes; }

bool is_scope(std::string_view text) {
  return std::ranges::any_of(kScopes, [&](const auto& info) { return info.scope == text; });
}

std::vector<std::string> all_scopes() { return scopes_of(SystemRole::owner); }

std::vector<std::string_view> expand_scope(std::string_view text) {
  if (is_scope(text)) return {text};
  if (!text.contains(':')) return {};
  const auto action = action_of(text);
  auto resource = resource_of(text);
  if (resource.ends_with('s')) resource.remove_suffix(1);
  std::vector<std::string_view> out;
  for (const auto& info : kScopes) {
    if (resource_of(info.scope) != resource) continue;
    const bool reads = action_of(info.scope) == "view";
    static constexpr std::string_view kWrites[] = {"create", "update", "delete", "run"};
    if (action == "read" ? reads : action == "write" && is_one_of(action_of(info.scope), kWrites)) out.push_back(info.scope);
  }
  return out;
}

std::string_view name_of(SystemRole role) {
  switch (role) {
    case SystemRole::owner: return "Owner";
    case SystemRole::administrator: return "Administrator";
    case SystemRole::operator_: return "Operator";
    case SystemRole::viewer: return "Viewer";
    case SystemRole::billing_manager: return "Billing manager";
    case SystemRole::security_auditor: return "Security auditor";
  }
  std::unreachable();
}

std::vector<std::string> scopes_of(SystemRole role) {
  std::vector<std::string> out;
  for (const auto& info : kScopes) {
    if (role_may(role, info.scope)) out.emplace_back(info.scope);
  }
  std::ranges::sort(out);
  return out;
}

std::vector<std::string> default_key_scopes(std::span<const std::string> held) {
  static constexpr std::string_view kPeople[] = {"user", "role", "api", "billing"};
  std::vector<std::string> out;
  for (const auto& scope : held) {
    if (!is_one_of(resource_of(scope), kPeople) && scope != "team:delete") out.push_back(scope);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace openstrat::identity
