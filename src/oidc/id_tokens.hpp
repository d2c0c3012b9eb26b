// ID tokens: made for an application, and read back as a hint of whom it means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"
#include "oidc/settings.hpp"
#include "oidc/types.hpp"

namespace openstrat::identity {
class SignerService;
}

namespace openstrat::oidc {

class IdTokens {
 public:
  IdTokens(identity::SignerService& signer, const Clock& clock, const Settings& settings) : signer_(signer), clock_(clock), settings_(settings) {}

  struct About {
    const identity::User& user;
    const Grant& grant;                    ///< of a user
    std::optional<std::string> nonce;
    std::string_view access_token;         ///< for at_hash
  };
  Result<std::string> make(const About& about) const;

  struct Hint {
    std::string client_id;
    UserId user_id;
    std::string session_id;
  };
  /// An ID token of ours, expired or not; nullopt: it is none.
  Result<std::optional<Hint>> read_hint(std::string_view token) const;

 private:
  identity::SignerService& signer_;
  const Clock& clock_;
  const Settings& settings_;
};

/// `local|<user id>`: the subject of every token and answer.
std::string subject_of(UserId user);
/// Whether a second factor was part of the sign-in.
bool is_multi_factor(const std::vector<std::string>& methods);
/// The standard claims about a user that these scopes allow, as a JSON object with `sub`.
std::string profile_claims(const identity::User& user, const std::vector<std::string>& scopes);

}  // namespace openstrat::oidc
