// What a browser may answer, from a stranger: whatever comes, it is refused or verified, and only what our own key has signed
// is verified. The first byte chooses: whole answers as JSON, or the binary parts alone, which base64 would hide from the fuzzer.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "mfa/cbor_shape.hpp"
#include "mfa/webauthn.hpp"

namespace {

using namespace openstrat;
using namespace openstrat::mfa;

const webauthn::RelyingParty kParty{.id = "auth.example", .origins = {"https://auth.example"}};
constexpr const char* kCreate = R"({"type":"webauthn.create","challenge":"AAAA","origin":"https://auth.example"})";
constexpr const char* kGet = R"({"type":"webauthn.get","challenge":"AAAA","origin":"https://auth.example"})";

/// The generator of P-256: a valid point whose private key is 1, so a signature would not prove anything, but nobody here signs.
webauthn::PublicKey some_key() {
  return {.algorithm = -7, .bytes = *crypto::unbase64url("axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li_hp_m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q")};
}

void answers_as_json(const std::string& text) {
  if (const auto parsed = webauthn::parse_attestation(text)) (void)webauthn::verify_attestation(kParty, *parsed).has_value();
  if (const auto parsed = webauthn::parse_assertion(text)) (void)webauthn::verify_assertion(kParty, *parsed, some_key()).has_value();
  (void)webauthn::parse_client_data(text).has_value();
}

void attestation_object(const std::string& object) {
  // The credential id stands behind the head of the authenticator data; the answer names whatever the object carries.
  for (const std::string& id : {std::string(32, 'i'), std::string(1, 'i')}) {
    const webauthn::AttestationResponse response{.credential_id = id, .client_data = kCreate, .attestation_object = object, .transports = {}, .discoverable = {}};
    const auto made = webauthn::verify_attestation(kParty, response);
    if (made && made->key.bytes.empty()) std::abort();
  }
}

void authenticator_data(const std::string& data) {
  const auto half = data.size() - data.size() / 3;
  const webauthn::AssertionResponse response{.credential_id = "id", .client_data = kGet, .authenticator_data = data.substr(0, half),
                                             .signature = data.substr(half), .user_handle = {}};
  (void)webauthn::verify_assertion(kParty, response, some_key()).has_value();
  if (const auto length = cbor_item_length(data); length && *length > data.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: answers_as_json(input); break;
    case 1: attestation_object(input); break;
    default: authenticator_data(input); break;
  }
  return 0;
}
