#include "mfa/webauthn.hpp"

#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include "base/crypto.hpp"
#include "mfa/cbor_shape.hpp"

namespace openstrat::mfa::webauthn {
namespace {

std::unexpected<Error> refuse(std::string message) { return fail(Errc::unauthenticated, "passkey_invalid", std::move(message)); }

/// libfido2 and libcbor free through a pointer to the pointer.
template <auto Free>
struct Release {
  template <class T>
  void operator()(T* pointer) const { Free(&pointer); }
};
using Credential = std::unique_ptr<fido_cred_t, Release<fido_cred_free>>;
using Statement = std::unique_ptr<fido_assert_t, Release<fido_assert_free>>;
using CborItem = std::unique_ptr<cbor_item_t, Release<cbor_decref>>;

const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
std::string_view view_of(const unsigned char* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }
std::string digest_of(std::string_view data) {
  const auto digest = crypto::sha256(data);
  return std::string(view_of(digest.data(), digest.size()));
}

// ---- authenticator data (§6.1) ----------------------------------------------------------------------------------------
enum Flag : std::uint8_t { user_present = 0x01, user_verified = 0x04, backup_eligible = 0x08, backed_up = 0x10, has_credential = 0x40, has_extensions = 0x80 };
constexpr std::size_t kHead = 37;                // hash of the relying party id, flags, counter
constexpr std::size_t kCredentialHead = 16 + 2;  // AAGUID, length of the credential id

struct AuthenticatorData {
  std::uint8_t flags = 0;
  std::uint32_t sign_count = 0;
  Uuid aaguid;
  std::string_view credential_id;
  bool has(Flag flag) const { return (flags & flag) != 0; }
};

/// Every byte belongs to a part that the flags announce, so nothing unbounded reaches the library and nothing unread is signed.
Result<AuthenticatorData> read(std::string_view data) {
  const auto cut = [] { return refuse("The authenticator data of the passkey is cut or malformed."); };
  if (data.size() < kHead) return cut();
  AuthenticatorData out{.flags = static_cast<std::uint8_t>(data[32])};
  for (std::size_t i = 33; i < kHead; ++i) out.sign_count = out.sign_count << 8 | static_cast<std::uint8_t>(data[i]);
  std::string_view rest = data.substr(kHead);
  if (out.has(has_credential)) {
    if (rest.size() < kCredentialHead) return cut();
    std::ranges::copy(rest.substr(0, 16), reinterpret_cast<char*>(out.aaguid.bytes.data()));
    const auto length = static_cast<std::size_t>(static_cast<std::uint8_t>(rest[16]) << 8 | static_cast<std::uint8_t>(rest[17]));
    rest.remove_prefix(kCredentialHead);
    if (rest.size() < length) return cut();
    out.credential_id = rest.substr(0, length);
    rest.remove_prefix(length);
  }
  for (const Flag flag : {has_credential, has_extensions}) {  // the COSE key, the extensions
    if (!out.has(flag)) continue;
    const auto length = cbor_item_length(rest);
    if (!length) return cut();
    rest.remove_prefix(*length);
  }
  if (!rest.empty()) return cut();
  return out;
}

Status check_party(const RelyingParty& party, std::string_view authenticator_data) {
  if (crypto::equal_constant_time(authenticator_data.substr(0, 32), digest_of(party.id))) return {};
  return refuse("The passkey belongs to another site (relying party id).");
}

Result<ClientData> check_client_data(const RelyingParty& party, std::string_view json, std::string_view type) {
  auto data = parse_client_data(json);
  if (!data) return data;
  if (data->type != type) return refuse("The answer of the passkey is for another ceremony than this one.");
  if (std::ranges::find(party.origins, data->origin) == party.origins.end())
    return refuse("The passkey was used on a page of another origin.");
  if (data->cross_origin) return refuse("The passkey was used in a frame of another site.");
  return data;
}

// ---- attestation ------------------------------------------------------------------------------------------------------
struct Attestation {
  std::string format;
  std::string statement;  ///< CBOR
  std::optional<int> algorithm;  ///< `alg` of the statement
  std::string authenticator_data;
};

std::string_view text_of(const cbor_item_t* item) {
  if (!cbor_isa_string(item) || !cbor_string_is_definite(item)) return {};
  return view_of(cbor_string_handle(item), cbor_string_length(item));
}

std::optional<int> algorithm_of(const cbor_item_t* statement) {
  const cbor_pair* const pairs = cbor_map_handle(statement);
  for (std::size_t i = 0; i < cbor_map_size(statement); ++i) {
    if (text_of(pairs[i].key) != "alg" || !cbor_is_int(pairs[i].value)) continue;
    const auto number = cbor_get_int(pairs[i].value);
    if (number > 65'535) return std::nullopt;
    return cbor_isa_negint(pairs[i].value) ? -1 - static_cast<int>(number) : static_cast<int>(number);
  }
  return std::nullopt;
}

std::string encoded(const cbor_item_t* item) {
  unsigned char* buffer = nullptr;
  std::size_t capacity = 0;
  const std::size_t length = cbor_serialize_alloc(item, &buffer, &capacity);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(buffer, &std::free);
  return std::string(view_of(buffer, length));
}

Result<Attestation> read_attestation(std::string_view object) {
  const auto malformed = [] { return refuse("The attestation object of the passkey is not well-formed CBOR."); };
  if (cbor_item_length(object) != object.size()) return malformed();
  cbor_load_result loaded{};
  const CborItem item(cbor_load(raw(object), object.size(), &loaded));
  if (!item || loaded.error.code != CBOR_ERR_NONE || !cbor_isa_map(item.get())) return malformed();
  Attestation out;
  bool has_statement = false;
  const cbor_pair* const pairs = cbor_map_handle(item.get());
  for (std::size_t i = 0; i < cbor_map_size(item.get()); ++i) {
    const auto name = text_of(pairs[i].key);
    const cbor_item_t* const value = pairs[i].value;
    if (name == "fmt") out.format = text_of(value);
    if (name == "attStmt" && cbor_isa_map(value)) out.statement = encoded(value), out.algorithm = algorithm_of(value), has_statement = true;
    if (name == "authData" && cbor_isa_bytestring(value)) out.authenticator_data = view_of(cbor_bytestring_handle(value), cbor_bytestring_length(value));
  }
  if (out.format.empty() || !has_statement || out.authenticator_data.empty())
    return refuse("The attestation object of the passkey lacks `fmt`, `attStmt` or `authData`.");
  return out;
}

/// The key in the authenticator data, as the algorithm it is for. Null: none of ours, or not a COSE key.
Credential decode_credential(std::string_view authenticator_data) {
  for (const int algorithm : {COSE_ES256, COSE_EDDSA, COSE_RS256}) {
    Credential credential(fido_cred_new());
    if (credential && fido_cred_set_type(credential.get(), algorithm) == FIDO_OK &&
        fido_cred_set_authdata_raw(credential.get(), raw(authenticator_data), authenticator_data.size()) == FIDO_OK)
      return credential;
  }
  return nullptr;
}

Status check_statement(fido_cred_t* credential, const RelyingParty& party, const Attestation& attestation, std::string_view client_data) {
  constexpr std::string_view kEmptyMap = "\xa0";
  if (attestation.format == "none")
    return attestation.statement == kEmptyMap ? Status() : Status(refuse("An attestation of format `none` carries a statement."));
  if (attestation.format != "packed") return refuse("Attestation of this format is not accepted; only `none` and `packed` are.");
  const auto hash = digest_of(client_data);
  const bool is_complete = fido_cred_set_fmt(credential, "packed") == FIDO_OK &&
                           fido_cred_set_attstmt(credential, raw(attestation.statement), attestation.statement.size()) == FIDO_OK &&
                           fido_cred_set_clientdata_hash(credential, raw(hash), hash.size()) == FIDO_OK &&
                           fido_cred_set_rp(credential, party.id.c_str(), nullptr) == FIDO_OK;
  if (!is_complete) return refuse("The attestation statement of the passkey is malformed.");
  const bool has_certificate = fido_cred_x5c_ptr(credential) != nullptr;
  // libfido2 takes the algorithm of the key and does not ask whether the statement agrees (§8.2).
  if (!has_certificate && attestation.algorithm != fido_cred_type(credential))
    return refuse("The attestation of the passkey names another algorithm than its key.");
  if ((has_certificate ? fido_cred_verify(credential) : fido_cred_verify_self(credential)) != FIDO_OK)
    return refuse("The attestation of the passkey has a wrong signature.");
  return {};
}

// ---- keys -------------------------------------------------------------------------------------------------------------
template <class Key, auto Free, auto FromBytes, auto ToOpenssl>
struct KeyOps {
  using Handle = std::unique_ptr<Key, Release<Free>>;
  static Handle parse(Key* fresh, std::string_view bytes) {
    Handle key(fresh);
    if (!key || FromBytes(key.get(), bytes.data(), bytes.size()) != FIDO_OK) return nullptr;
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> usable(ToOpenssl(key.get()), &EVP_PKEY_free);
    return usable ? std::move(key) : nullptr;  // a point that is not on the curve, for example
  }
};
using Es256 = KeyOps<es256_pk_t, es256_pk_free, es256_pk_from_ptr, es256_pk_to_EVP_PKEY>;
using Rs256 = KeyOps<rs256_pk_t, rs256_pk_free, rs256_pk_from_ptr, rs256_pk_to_EVP_PKEY>;
using Eddsa = KeyOps<eddsa_pk_t, eddsa_pk_free, eddsa_pk_from_ptr, eddsa_pk_to_EVP_PKEY>;

/// Calls `use` with libfido2's form of the key; false when there is none.
template <class Use>
bool with_key(const PublicKey& key, const Use& use) {
  const auto apply = [&](const auto& handle) { return handle && use(handle.get()); };
  switch (key.algorithm) {
    case COSE_ES256: return apply(Es256::parse(es256_pk_new(), key.bytes));
    case COSE_RS256: return apply(Rs256::parse(rs256_pk_new(), key.bytes));
    case COSE_EDDSA: return apply(Eddsa::parse(eddsa_pk_new(), key.bytes));
    default: return false;
  }
}

}  // namespace

Result<NewCredential> verify_attestation(const RelyingParty& party, const AttestationResponse& response) {
  auto client_data = check_client_data(party, response.client_data, "webauthn.create");
  if (!client_data) return fail(client_data.error());
  const auto attestation = read_attestation(response.attestation_object);
  if (!attestation) return fail(attestation.error());
  const auto data = read(attestation->authenticator_data);
  if (!data) return fail(data.error());
  if (auto done = check_party(party, attestation->authenticator_data); !done) return fail(done.error());
  if (!data->has(user_present)) return refuse("The passkey was made without anybody being present.");
  if (!data->has(has_credential)) return refuse("The answer carries no new passkey.");
  if (data->credential_id != response.credential_id) return refuse("The answer names another passkey than it carries.");

  const Credential credential = decode_credential(attestation->authenticator_data);
  if (!credential) return refuse("The key of the passkey is malformed, or neither ES256 nor EdDSA nor RS256.");
  PublicKey key{.algorithm = fido_cred_type(credential.get()),
                .bytes = std::string(view_of(fido_cred_pubkey_ptr(credential.get()), fido_cred_pubkey_len(credential.get())))};
  if (!with_key(key, [](const auto*) { return true; })) return refuse("The key of the passkey is not a valid one.");
  if (auto done = check_statement(credential.get(), party, *attestation, response.client_data); !done) return fail(done.error());
  return NewCredential{.challenge = std::move(client_data->challenge), .key = std::move(key), .sign_count = data->sign_count,
                       .aaguid = data->aaguid, .user_verified = data->has(user_verified),
                       .backup_eligible = data->has(backup_eligible), .backed_up = data->has(backed_up)};
}

Result<Assertion> verify_assertion(const RelyingParty& party, const AssertionResponse& response, const PublicKey& key) {
  auto client_data = check_client_data(party, response.client_data, "webauthn.get");
  if (!client_data) return fail(client_data.error());
  const auto data = read(response.authenticator_data);
  if (!data) return fail(data.error());
  if (auto done = check_party(party, response.authenticator_data); !done) return fail(done.error());
  if (!data->has(user_present)) return refuse("The passkey was used without anybody being present.");

  const Statement statement(fido_assert_new());
  const auto hash = digest_of(response.client_data);
  const bool is_complete = statement && fido_assert_set_clientdata_hash(statement.get(), raw(hash), hash.size()) == FIDO_OK &&
                           fido_assert_set_rp(statement.get(), party.id.c_str()) == FIDO_OK &&
                           fido_assert_set_up(statement.get(), FIDO_OPT_TRUE) == FIDO_OK &&
                           fido_assert_set_count(statement.get(), 1) == FIDO_OK &&
                           fido_assert_set_authdata_raw(statement.get(), 0, raw(response.authenticator_data), response.authenticator_data.size()) == FIDO_OK &&
                           fido_assert_set_sig(statement.get(), 0, raw(response.signature), response.signature.size()) == FIDO_OK;
  if (!is_complete) return refuse("The authenticator data or the signature of the passkey is malformed.");
  if (!with_key(key, [&](const auto* pk) { return fido_assert_verify(statement.get(), 0, key.algorithm, pk) == FIDO_OK; }))
    return refuse("The signature of the passkey is wrong.");
  return Assertion{.challenge = std::move(client_data->challenge), .sign_count = data->sign_count,
                   .user_verified = data->has(user_verified), .backup_eligible = data->has(backup_eligible),
                   .backed_up = data->has(backed_up)};
}

}  // namespace openstrat::mfa::webauthn
