// Who may log in to a router, and what it remembers of that.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

struct Login {
  std::string user;
  std::string group;
  Policies policies = Policies::none();  ///< of the group: what the person may do, and what its jobs get
  std::string via;                       ///< `api`
  std::string peer;
  RowId active = 0;                      ///< the row of `/user active`; when it is removed, end the session
};

/// Keeps nothing itself: users, groups and `/user active` are rows of the router. Make one wherever it is needed.
class Accounts {
 public:
  explicit Accounts(Router& router) : router_(router) {}

  /// By password. `via` is what logs say (`api`, `rest-api`, `ssh`, `telnet`, `web`, `local`); the group needs the policy of that service.
  /// Writes the log line and the row of `/user active`. Errors: unauthenticated, in RouterOS's words for the API.
  Result<Login> login(std::string_view user, std::string_view password, std::string_view via, std::string_view peer);
  /// When something else than a password has proved who it is (an SSH key, a challenge).
  Result<Login> login_proved(std::string_view user, std::string_view via, std::string_view peer);
  /// Without row and log line: for protocols that log in with every request.
  Result<Login> check(std::string_view user, std::string_view password, std::string_view via, std::string_view peer) const;
  /// A failed attempt that only the protocol could see.
  void log_failure(std::string_view user, std::string_view via, std::string_view peer);
  void logout(const Login& login);

  /// For challenges that need it; nullopt: there is no such user.
  std::optional<std::string> password_of(std::string_view user) const;

 private:
  Result<Login> admit(std::string_view user, std::string_view via, std::string_view peer) const;
  Login enter(Login login);

  Router& router_;
};

}  // namespace openstrat::sim
