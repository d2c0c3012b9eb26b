// API keys of a team: made, listed, revoked. Checked by BearerAuthenticator.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/access_types.hpp"
#include "identity/settings.hpp"
#include "identity/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::mail {
class Mailer;
}

namespace openstrat::identity {

class CredentialCache;

struct NewKey {
  std::string name;                                ///< 1–100 characters
  KeyFormat format = KeyFormat::colon;
  std::optional<std::vector<std::string>> scopes;  ///< absent: the creator's, without people, roles, keys, bills, team:delete
  std::optional<Timestamp> expires_at;             ///< later than the end of today (UTC)
  std::optional<UserId> created_by;                ///< absent: the command line, which holds every scope
};

/// Absent = unchanged; an inner nullopt: never expires.
struct KeyChange {
  std::optional<std::string> name;
  std::optional<std::optional<Timestamp>> expires_at;
  std::optional<std::vector<std::string>> scopes;
};

/// `api_key_` and 27 base62 characters: another way to write the id of a key.
std::string public_id(CredentialId id);
std::optional<CredentialId> parse_key_id(std::string_view text);  ///< either form
/// `expired` as soon as the time has come.
KeyStatus status_at(const ApiCredential& key, Timestamp now);

class KeyService {
 public:
  struct Dependencies {
    db::Database& database;
    CredentialCache& cache;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit KeyService(Dependencies dependencies) : deps_(dependencies) {}

  struct Created { ApiCredential credential; std::string key; };  ///< `key` is shown once and kept nowhere
  /// invalid names unknown scopes and those that the creator does not hold; not_found for an unknown team.
  Result<Created> create(const Tenant& tenant, NewKey request);
  /// The same for somebody who is signed in: what his token and roles allow for the whole team is what he can give.
  Result<Created> create_as(const Actor& actor, NewKey request);
  Result<std::vector<ApiCredential>> list(const Tenant& tenant);  ///< newest first, without revoked ones
  Result<ApiCredential> find(const Tenant& tenant, CredentialId id);
  /// Name, expiry, scopes: the actor must hold what he adds. Counts within a second on every node, like the two below.
  Result<ApiCredential> update(const Actor& actor, CredentialId id, const KeyChange& change);
  /// A new secret for the same key; the old one is worth nothing any more. The actor must hold every scope of the key, because
  /// from now on he has its secret.
  Result<Created> rotate(const Actor& actor, CredentialId id);
  /// not_found also for one that is revoked already.
  Status revoke(const Tenant& tenant, CredentialId id);

  /// The key behind a machine client (grant client_credentials); nullopt: unknown, revoked, expired, or a wrong secret.
  Result<std::optional<ApiCredential>> find_client(std::string_view client_id, std::string_view secret);
  /// Once a night: mails administrators 14 and 3 days before a key expires.
  Status warn_of_expiry(mail::Mailer& mailer);

 private:
  Result<std::vector<std::string>> chosen_scopes(const NewKey& request, const std::vector<std::string>& held) const;
  Result<Created> make(const Tenant& tenant, NewKey&& request, const std::optional<std::vector<std::string>>& held);
  Status warn(db::Session& session, mail::Mailer& mailer, const ApiCredential& key, int days);

  Dependencies deps_;
};

}  // namespace openstrat::identity
