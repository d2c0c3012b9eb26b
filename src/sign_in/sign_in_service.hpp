// From "who are you" to a session, one step a request. No HTTP here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/session_service.hpp"
#include "sign_in/guard_service.hpp"
#include "sign_in/second_factor_service.hpp"

namespace openstrat::sign_in {

/// What came of a step.
struct Step {
  enum class Kind {
    signed_in,       ///< `session` is there
    challenge,       ///< solve `challenge`, then send the same again with the proof
    second_factor,   ///< send `ticket` with a code or a passkey
    new_password,    ///< send `ticket` with a new password: a temporary one, too old, or known from a breach
    verify_email,    ///< the mailed link has to be opened first; it was sent again if the last one is old
  };
  Kind kind = Kind::signed_in;
  std::string ticket;              ///< opaque, ten minutes, for this sign-in only
  std::vector<Factor> factors;     ///< kind second_factor
  std::string passkey_options;     ///< kind second_factor with Factor::passkey: JSON for navigator.credentials.get()
  std::string challenge;           ///< JSON
  std::string reason;              ///< kind new_password: `temporary`, `expired`, `breached`
  std::optional<identity::SessionService::Started> session;
  std::optional<UserId> user_id;
};

class SignInService {
 public:
  virtual ~SignInService() = default;

  /// unauthenticated `credentials_invalid`, in the same words and time for a wrong password and an unknown address;
  /// rate_limited `too_many_attempts`; forbidden `user_blocked` only after the right password.
  virtual Result<Step> with_password(const Attempt& attempt, std::string_view password, bool remember) = 0;
  /// unauthenticated `ticket_invalid` (start again), `code_invalid`; rate_limited after five wrong codes.
  virtual Result<Step> with_code(std::string_view ticket, std::string_view code, const Attempt& attempt) = 0;
  virtual Result<Step> with_new_password(std::string_view ticket, std::string_view password, const Attempt& attempt) = 0;
  /// A passkey as second factor of `ticket`, or, without a ticket, alone (it must then have verified its user).
  virtual Result<Step> with_passkey(std::string_view ticket, std::string_view response, const Attempt& attempt) = 0;
  /// Another provider vouches for the user. Asks for a second factor only where the security policy of a team demands one
  /// and the provider did not name one.
  virtual Result<Step> with_provider(UserId user, std::vector<std::string> methods, bool remember, const Attempt& attempt) = 0;
};

}  // namespace openstrat::sign_in
