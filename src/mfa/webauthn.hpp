// The checks of Web Authentication level 2 (§7.1, §7.2) on what a browser answered, except those that need a memory: whether
// the challenge is ours and unused, whose passkey it is, and whether its counter went on. Signatures, COSE keys and attestation
// are libfido2's. No database, no clock; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "mfa/webauthn_json.hpp"

namespace openstrat::mfa::webauthn {

/// For whom passkeys are made, and on which pages they may be used.
struct RelyingParty {
  std::string id;                    ///< a host name
  std::vector<std::string> origins;  ///< `https://host[:port]`
};

struct PublicKey {
  int algorithm = 0;  ///< COSE: -7, -8, -257
  std::string bytes;  ///< as passkeys.public_key
};

struct NewCredential {
  std::string challenge;
  PublicKey key;
  std::uint32_t sign_count = 0;
  Uuid aaguid;
  bool user_verified = false, backup_eligible = false, backed_up = false;
};
/// Attestation `none` and `packed` (self, or with certificates whose issuer nobody asks: any model of authenticator is welcome).
Result<NewCredential> verify_attestation(const RelyingParty& party, const AttestationResponse& response);

struct Assertion {
  std::string challenge;
  std::uint32_t sign_count = 0;
  bool user_verified = false, backup_eligible = false, backed_up = false;
};
Result<Assertion> verify_assertion(const RelyingParty& party, const AssertionResponse& response, const PublicKey& key);

}  // namespace openstrat::mfa::webauthn
