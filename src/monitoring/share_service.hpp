// Links through which people without an account see the faults of a team: for wall boards.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "monitoring/fault_reader.hpp"
#include "monitoring/settings.hpp"
#include "monitoring/share_store.hpp"

namespace openstrat {
class UrlSigner;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class SignerService;
}
namespace openstrat::short_links {
class LinkService;
}

namespace openstrat::monitoring {

class ShareService {
 public:
  static constexpr std::int64_t kMostLive = 100;   ///< links of a team that open
  static constexpr int kMostShown = 500;           ///< faults behind a link

  struct Dependencies {
    db::Database& database;
    FaultReader& reader;
    identity::SignerService& tokens;
    short_links::LinkService& links;
    const UrlSigner& urls;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit ShareService(Dependencies dependencies) : deps_(dependencies) {}

  struct Created {
    Share share;
    std::string token;       ///< shown once
    std::string short_url;
  };
  /// forbidden for callers who see some sites only: whoever has the link sees all faults of the team.
  Result<Created> create(const Tenant& tenant, std::string created_by, std::chrono::minutes life);
  Result<std::vector<Share>> list(const Tenant& tenant);
  Status revoke(const Tenant& tenant, ShareId id);

  /// What lasts, or ended in the last ten minutes. unauthenticated `token_invalid` or `token_expired`; not_found: revoked.
  Result<std::vector<NamedFault>> open(std::string_view token);

  Status forget_team(CustomerId customer);
  /// What expired a month ago.
  Status purge();

 private:
  /// Remembers the use, to the minute and without waiting for the disk.
  void touch(const Share& share, Timestamp now);

  Dependencies deps_;
};

}  // namespace openstrat::monitoring
