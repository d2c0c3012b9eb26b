// Second factors as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "identity/types.hpp"

namespace openstrat::mfa {

using PasskeyId = Id<struct PasskeyTag>;

inline constexpr int kRecoveryCodes = 10;
inline constexpr int kMaxPasskeys = 20;

/// Who changes the own second factors, for the audit log and the mails.
struct Caller {
  UserId user_id;
  std::optional<identity::TeamId> team_id;  ///< the active one
  std::string session_id;
  std::optional<std::string> ip;
  std::optional<std::string> user_agent;
  std::string request_id;
};

/// What somebody sends along to show that it is really them and not only their token.
struct Proof {
  std::optional<std::string> password;
  std::optional<std::string> code;  ///< of the authenticator app, or a recovery code
};

/// An authenticator app that is being set up.
struct Enrolment {
  std::string secret;  ///< base32, as people type it
  std::string otpauth_uri;
  Timestamp expires_at{};
};

struct RecoveryStatus {
  int remaining = 0;
  std::optional<Timestamp> created_at;  ///< absent: there are none
};

struct Passkey {
  UserId user_id;
  PasskeyId id;
  std::string name;
  std::string credential_id;  ///< bytes
  std::string rp_id;
  int algorithm = 0;          ///< COSE
  std::string public_key;
  std::uint32_t sign_count = 0;
  Uuid aaguid;
  std::vector<std::string> transports;
  std::optional<bool> discoverable;
  bool backup_eligible = false, backed_up = false;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;
};

}  // namespace openstrat::mfa
