// Identity providers and what they say about people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::federation {

using ProviderId = Id<struct IdentityProviderTag>;
using IdentityId = Id<struct UserIdentityTag>;

enum class ProviderType { google, azure, github, oidc };
std::string_view to_string(ProviderType type);
std::optional<ProviderType> parse_provider_type(std::string_view text);

/// What can be said about a provider, by an administrator of a team or in the configuration file.
struct ProviderSettings {
  ProviderType type = ProviderType::oidc;
  std::string name;                          ///< on the button
  std::string client_id;
  std::string client_secret;                 ///< empty: a public client (oidc only)
  std::string directory;                     ///< azure: tenant id or domain, `organizations`, `common` or `consumers`
  std::string issuer;                        ///< oidc; github: URL of an own GitHub Enterprise Server, empty: github.com
  std::string authorize_url, token_url, userinfo_url, jwks_url;  ///< oidc without discovery
  std::vector<std::string> allowed_domains;  ///< of e-mail addresses, lower case; empty: any
  bool jit_provisioning = false;             ///< unknown people of allowed_domains become users with the role Viewer
  bool enabled = true;
};

struct Provider : ProviderSettings {
  std::string id;                            ///< a UUID, or `instance-…` for those of the configuration
  std::optional<Tenant> team;                ///< whose it is; absent: of the whole installation
  std::string jit_team;                      ///< of the installation: id or name of the team that new users join; empty: none
  std::int64_t revision = 1;
  Timestamp created_at{}, updated_at{};
};

/// How far the e-mail address of a provider can be believed.
enum class EmailTrust {
  absent,         ///< there is none
  unverified,     ///< the provider does not say that it checked it
  asserted,       ///< it says so, but those who run the provider could say anything: the mailbox is asked once
  authoritative,  ///< by somebody whom neither the team nor the person can make lie
};

/// A person as a provider knows it.
struct ExternalPerson {
  std::string issuer;
  std::string subject;
  std::string email;                         ///< normalised
  EmailTrust email_trust = EmailTrust::absent;
  std::string name;
  std::vector<std::string> methods;          ///< `amr`: how it proved who it is
  std::string claims_json;                   ///< everything that was received, for the test of a provider
};

/// Who a user is at a provider.
struct UserIdentity {
  IdentityId id;
  std::string provider_id;
  std::string issuer;
  std::string subject;
  UserId user_id;
  std::string email;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;
};

/// The part after the last `@`, in lower case.
std::string domain_of(std::string_view email);
/// A host name that can stand in an e-mail address: `example.com`.
bool is_domain(std::string_view text);

}  // namespace openstrat::federation
