// Passkeys: make one, look at them, sign in with one. The checks of the answers are webauthn.hpp's; here is what needs a memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "mfa/settings.hpp"
#include "mfa/types.hpp"
#include "sign_in/second_factor_service.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::identity {
class UserService;
}

namespace openstrat::mfa {

class Challenges;
class IdentityProof;
class Notices;
namespace webauthn {
struct Assertion;
struct AssertionResponse;
struct RelyingParty;
}

class PasskeyService {
 public:
  struct Dependencies {
    db::Database& database;
    identity::UserService& users;
    Challenges& challenges;
    IdentityProof& proof;
    Notices& notices;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit PasskeyService(Dependencies dependencies) : deps_(dependencies) {}

  /// JSON for navigator.credentials.create(). conflict `limit_reached` at twenty, `not_configured` without a host name.
  Result<std::string> creation_options(const Caller& caller, const Proof& proof);
  struct Added {
    Passkey passkey;
    std::vector<std::string> recovery_codes;  ///< when the user had none: shown once
  };
  /// invalid `passkey_invalid` with the reason; conflict `already_exists` for one that is known.
  Result<Added> add(const Caller& caller, const std::optional<std::string>& name, std::string_view response);
  Result<std::vector<Passkey>> list(UserId user);  ///< oldest first
  Result<Passkey> rename(UserId user, PasskeyId id, const std::string& name);  ///< not_found for another user's
  Status remove(const Caller& caller, PasskeyId id, const Proof& proof);

  // As sign_in::SecondFactors has them.
  Result<std::string> request_options(std::optional<UserId> user);
  Result<sign_in::SecondFactors::PasskeyProof> check(std::string_view response);

  /// Whether browsers would find it: made for the host name that is configured now.
  bool is_usable(const Passkey& passkey) const { return passkey.rp_id == deps_.settings.rp_id; }

 private:
  Status check_host_name() const;
  webauthn::RelyingParty party() const;
  Result<Passkey> store(const Caller& caller, const identity::User& user, Passkey passkey, std::string_view challenge, Timestamp expires_at,
                        const std::vector<std::string>& codes, bool& codes_kept);
  Status note_use(const Passkey& passkey, const webauthn::Assertion& assertion, Timestamp challenge_expires_at);

  Dependencies deps_;
};

}  // namespace openstrat::mfa
