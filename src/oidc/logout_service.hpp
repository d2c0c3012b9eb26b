// Signing out at the wish of an application (OpenID Connect RP-Initiated Logout 1.0). No HTTP here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "identity/session_service.hpp"
#include "oidc/settings.hpp"

namespace openstrat::audit {
class AuditLog;
}

namespace openstrat::oidc {

class ClientService;
class IdTokens;

class LogoutService {
 public:
  struct Refused { std::string message; };                     ///< a page that says why
  /// Ask first. The name of the application, and where it wants the person sent, may be empty.
  struct Confirm { std::string user_email; std::string client_name; std::string uri; std::string ticket; };
  struct Done { std::string uri; bool ended_session = false; }; ///< `uri` empty: a page that says so
  using Outcome = std::variant<Refused, Confirm, Done>;

  struct Dependencies {
    ClientService& clients;
    identity::SessionService& sessions;
    const IdTokens& id_tokens;
    audit::AuditLog& audit;
    const Clock& clock;
    const Settings& settings;
  };
  explicit LogoutService(Dependencies dependencies) : deps_(dependencies) {}

  /// Without asking only when the application shows an ID token of the person who is signed in.
  Result<Outcome> logout(std::string_view query, const std::optional<identity::BrowserSession>& session);
  /// The answer to Confirm; the ticket counts for this session, ten minutes.
  Result<Outcome> confirm(std::string_view ticket, const std::optional<identity::BrowserSession>& session);

 private:
  Result<Outcome> end(const identity::BrowserSession& session, std::string uri);

  Dependencies deps_;
};

}  // namespace openstrat::oidc
