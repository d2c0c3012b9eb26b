// SessionService over the database.
#pragma once

#include "identity/session_service.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::protection {
class PolicyService;
}

namespace openstrat::identity {

class CredentialCache;
class SessionActivity;

/// Thread-safe. A cookie that was seen within seconds costs no query.
class SessionKeeper final : public SessionService {
 public:
  static constexpr std::chrono::hours kIdle{24};
  static constexpr std::chrono::days kLife{14};
  static constexpr std::chrono::days kRememberedLife{30};  ///< and as long without use
  static constexpr int kMostListed = 200;

  struct Dependencies {
    db::Database& database;
    CredentialCache& cache;
    SessionActivity& activity;
    const Clock& clock;
    Rng& rng;
    protection::PolicyService* policies = nullptr;  ///< teams may shorten sessions; null: none does
  };
  explicit SessionKeeper(Dependencies dependencies) : deps_(dependencies) {}

  Result<Started> start(const NewSession& session, const Origin& origin) override;
  Result<std::optional<BrowserSession>> find(std::string_view cookie) override;
  Result<std::vector<SessionLine>> list(UserId user) override;
  Status revoke(UserId user, std::string_view session_id) override;
  Status revoke_all(UserId user, std::string_view except) override;

 private:
  struct Lives { Duration idle, absolute; };
  Result<Lives> lives_of(const NewSession& session) const;

  Dependencies deps_;
};

}  // namespace openstrat::identity
