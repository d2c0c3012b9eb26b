// What sign-in asks before it looks at a password. Implemented by src/protection.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/net.hpp"
#include "identity/types.hpp"

namespace openstrat::sign_in {

/// One try of an anonymous caller to sign in, sign up or have a password reset.
struct Attempt {
  enum class Kind { sign_in, sign_up, password_reset };
  Kind kind = Kind::sign_in;
  std::string email;                            ///< normalised
  IpAddress remote;
  std::string user_agent;
  std::optional<std::string> proof;             ///< the solved challenge, as the page sent it
  bool honeypot_filled = false;
  std::optional<std::chrono::milliseconds> form_time;  ///< between showing and sending of the form
};

/// Knows who tries too often, too fast or from too many places. The same for known and unknown accounts.
class Guard {
 public:
  virtual ~Guard() = default;

  /// Before anything costly. rate_limited `too_many_attempts` (with Retry-After) while blocked or throttled.
  /// A value: the challenge (JSON) that the caller must solve first; nullopt: go on.
  virtual Result<std::optional<std::string>> admit(const Attempt& attempt) = 0;
  /// The password was wrong, or nobody has this address (`user` absent).
  virtual void failed(const Attempt& attempt, std::optional<UserId> user) noexcept = 0;
  virtual void succeeded(const Attempt& attempt, UserId user) noexcept = 0;
  /// Known from a breach of another service. Says false, and logs, when nobody can tell now.
  virtual bool is_breached(std::string_view password) noexcept = 0;
  /// A known user came with the right password, and is_breached() said yes: tells the user, the teams and the audit log.
  virtual void found_breached(const Attempt&, UserId) noexcept {}
  /// Rules of the user's teams that the password breaks, as sentences; empty: fine.
  virtual Result<std::vector<std::string>> broken_rules(std::string_view password, std::string_view email, std::optional<UserId> user) = 0;
  /// Lifts what keeps this user out everywhere: after the password was reset or changed, or by the mailed link.
  virtual Status unblock(UserId user) = 0;
};

}  // namespace openstrat::sign_in
