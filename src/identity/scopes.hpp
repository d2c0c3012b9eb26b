// The permission scopes and what the system roles contain. `resource:action`, exact match, no wildcards.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace openstrat::identity {

struct ScopeInfo {
  std::string_view scope;
  std::string_view description;
  std::string_view group;
};

/// Every scope there is, by group: exactly what `GET /scopes` answers.
std::span<const ScopeInfo> scopes();
bool is_scope(std::string_view text);
std::vector<std::string> all_scopes();  ///< sorted

/// What a name in a request stands for: itself, or for the coarse names of newer keys (`sites:read`, `scripts:write`)
/// the scopes of that resource. Empty: unknown.
std::vector<std::string_view> expand_scope(std::string_view text);

enum class SystemRole { owner, administrator, operator_, viewer, billing_manager, security_auditor };
inline constexpr SystemRole kSystemRoles[] = {SystemRole::owner,  SystemRole::administrator,   SystemRole::operator_,
                                              SystemRole::viewer, SystemRole::billing_manager, SystemRole::security_auditor};
std::string_view name_of(SystemRole role);              ///< `Owner`, …
std::vector<std::string> scopes_of(SystemRole role);    ///< sorted

/// What an API key gets when nothing is chosen: `held` without the management of people, roles, keys, bills and the team itself.
std::vector<std::string> default_key_scopes(std::span<const std::string> held);

}  // namespace openstrat::identity
