// What sign-in asks of a second factor. Implemented by src/mfa.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::sign_in {

enum class Factor { totp, recovery_code, passkey };
std::string_view to_string(Factor factor);

class SecondFactors {
 public:
  virtual ~SecondFactors() = default;

  /// What the user has set up; empty: nothing.
  virtual Result<std::vector<Factor>> factors_of(UserId user) = 0;
  /// A code of the authenticator app (each counts once, RFC 6238 §5.2) or a recovery code. nullopt: wrong.
  virtual Result<std::optional<Factor>> check_code(UserId user, std::string_view code) = 0;
  /// JSON for navigator.credentials.get(); `user` absent: any passkey the browser knows. The challenge lives five minutes.
  virtual Result<std::string> passkey_options(std::optional<UserId> user) = 0;
  struct PasskeyProof { UserId user_id; bool user_verified = false; };
  /// `response`: the browser's PublicKeyCredential as JSON. unauthenticated `passkey_invalid` with the reason.
  virtual Result<PasskeyProof> check_passkey(std::string_view response) = 0;
};

}  // namespace openstrat::sign_in
