// A passkey in software, with OpenSSL and nothing of libfido2: what tests and the fuzzer answer with. Link openstrat_mfa_testing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat::mfa::testing {

enum class Algorithm { es256 = -7, eddsa = -8, rs256 = -257 };
enum class Attestation { none, packed_self, packed_certificate };

/// Browser and authenticator in one. Change the members to make it misbehave.
class SoftPasskey {
 public:
  explicit SoftPasskey(Algorithm algorithm = Algorithm::es256);
  ~SoftPasskey();
  SoftPasskey(SoftPasskey&&) noexcept;

  /// navigator.credentials.create() and .get(): options in, PublicKeyCredential out, both as JSON.
  std::string create(std::string_view options);
  std::string get(std::string_view options);

  // The parts, for tests that damage them.
  std::string attestation_object(std::string_view client_data);
  std::string client_data(std::string_view type, std::string_view challenge_base64url) const;
  static std::string attestation_response(std::string_view credential_id, std::string_view client_data, std::string_view attestation_object);

  std::string origin = "https://auth.example";
  std::string rp_id = "auth.example";     ///< what is hashed into the authenticator data
  std::string client_data_extra;          ///< `,"crossOrigin":true`
  std::string credential_id;              ///< 32 random bytes
  std::string user_handle;                ///< from create()
  bool sends_user_handle = true;
  Attestation attestation = Attestation::none;
  std::optional<std::string> format;      ///< another `fmt` than the one of `attestation`
  std::uint32_t counter = 1;              ///< of the next answer
  std::uint32_t step = 1;                 ///< by which it goes on
  bool present = true, verified = true, backup_eligible = true, backed_up = false;
  bool breaks_signature = false;

 private:
  struct Key;
  std::string authenticator_data(bool with_credential) const;
  std::string sign(std::string_view data) const;
  std::string cose_key() const;

  std::unique_ptr<Key> key_;
};

}  // namespace openstrat::mfa::testing
