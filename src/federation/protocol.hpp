// How one kind of provider is spoken with: where to send the browser, and what came back.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "federation/settings.hpp"
#include "federation/types.hpp"
#include "federation/web_service.hpp"

namespace openstrat::federation {

/// The secrets of one sign-in; they travel in a sealed cookie.
struct Handshake {
  std::string state;     ///< comes back in the callback
  std::string nonce;     ///< comes back in the ID token
  std::string verifier;  ///< of PKCE (RFC 7636)
};

/// What a provider sent the browser back with.
struct Answer {
  std::string code;
  std::optional<std::string> issuer;  ///< `iss` of RFC 9207
};

class Protocol {
 public:
  virtual ~Protocol() = default;
  virtual Result<std::string> authorization_url(const Provider& provider, const Handshake& handshake) = 0;
  /// Exchanges the code and checks everything that can be checked. upstream `provider_unavailable` (no answer) or
  /// `provider_failed` (a wrong one); unauthenticated `token_invalid`, `token_expired`.
  virtual Result<ExternalPerson> redeem(const Provider& provider, const Handshake& handshake, const Answer& answer) = 0;
};

std::string redirect_uri(const Settings& settings);      ///< `<public_url.auth>/callback`
std::string code_challenge(std::string_view verifier);   ///< S256

/// Errors about a provider, with its name.
Error provider_unavailable(const Provider& provider, const Error& cause);
Error provider_failed(const Provider& provider, std::string_view what);
/// Text of a stranger on one line and of bounded length, for a message to people.
std::string one_line(std::string_view text);

}  // namespace openstrat::federation
