// The authorization endpoint: may this application have a code for whoever sits at this browser? No HTTP here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "identity/session_service.hpp"
#include "oidc/settings.hpp"
#include "oidc/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::audit {
class AuditLog;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class UserService;
}

namespace openstrat::oidc {

class ClientService;
class IdTokens;
class Parameters;

/// Nobody can be sent back: the person sees a page that says why.
struct ShowError { std::string message; };
/// Back to the application, with a code or an error.
struct SendBack { std::string uri; };
/// Sign in first, then come back to `return_to`, a path of our own that says since when the sign-in must be.
struct SignInFirst { std::string return_to; std::string login_hint; std::string connection; };
/// Ask whether the application may. `ticket` comes back with the answer.
struct AskConsent {
  std::string client_name;
  std::optional<std::string> homepage;
  std::string team_name;                 ///< whose application it is
  std::string user_email;
  std::vector<std::string> scopes;
  std::string redirect_uri;              ///< where the answer leads
  std::string ticket;
};
using Outcome = std::variant<ShowError, SendBack, SignInFirst, AskConsent>;

class AuthorizeService {
 public:
  struct Dependencies {
    db::Database& database;
    ClientService& clients;
    identity::UserService& users;
    const IdTokens& id_tokens;
    bus::Bus& bus;
    audit::AuditLog& audit;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit AuthorizeService(Dependencies dependencies) : deps_(dependencies) {}

  /// `query` as the browser sent it; `session` of that browser, if there is one.
  Result<Outcome> authorize(std::string_view query, const std::optional<identity::BrowserSession>& session);
  /// The answer to AskConsent. The ticket counts for this session only, ten minutes.
  Result<Outcome> decide(std::string_view ticket, bool allowed, const std::optional<identity::BrowserSession>& session);

 private:
  struct Request;
  struct Ask;
  Result<std::variant<Outcome, Request>> read(std::string_view query);
  std::optional<std::string> fill(const Parameters& given, Request& request) const;
  bool is_fresh_enough(const Request& request, const identity::BrowserSession& session) const;
  Result<Outcome> for_session(const Request& request, const identity::BrowserSession& session);
  Result<bool> has_consent(const Request& request, UserId user);
  Result<Outcome> give_code(const Request& request, const identity::BrowserSession& session);
  Result<Outcome> ask(const Request& request, const identity::BrowserSession& session);
  Outcome sign_in(const Request& request) const;
  Outcome send_error(const Request& request, std::string_view code, std::string_view description) const;

  Dependencies deps_;
};

}  // namespace openstrat::oidc
