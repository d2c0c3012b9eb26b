// API keys of a team: made, listed, revoked. Checked by BearerAuthenticator.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/settings.hpp"
#include "identity/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
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
  Result<std::vector<ApiCredential>> list(const Tenant& tenant);  ///< newest first, without revoked ones
  Result<ApiCredential> find(const Tenant& tenant, CredentialId id);
  /// Counts at once here, within 10 s in other processes. not_found also for one that is revoked already.
  Status revoke(const Tenant& tenant, CredentialId id);

 private:
  Result<std::vector<std::string>> chosen_scopes(const NewKey& request, const std::vector<std::string>& held) const;

  Dependencies deps_;
};

}  // namespace openstrat::identity
