#include "mfa/testing.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <vector>

#include "base/crypto.hpp"
#include "base/rng.hpp"

namespace openstrat::mfa::testing {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const { Free(pointer); }
};
using Pkey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

void require(bool ok) {
  if (!ok) std::abort();
}

// ---- CBOR, as little as is needed -------------------------------------------------------------------------------------
std::string head(unsigned major, std::size_t n) {
  const auto first = [major](unsigned info) { return static_cast<char>(major << 5 | info); };
  if (n < 24) return {first(static_cast<unsigned>(n))};
  if (n < 256) return {first(24), static_cast<char>(n)};
  return {first(25), static_cast<char>(n >> 8), static_cast<char>(n & 0xff)};
}
std::string number(int n) { return n < 0 ? head(1, static_cast<std::size_t>(-1 - n)) : head(0, static_cast<std::size_t>(n)); }
std::string bytes(std::string_view s) { return head(2, s.size()) + std::string(s); }
std::string text(std::string_view s) { return head(3, s.size()) + std::string(s); }

std::string sha256(std::string_view data) {
  const auto digest = crypto::sha256(data);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
std::string random_bytes(std::size_t size) {
  std::string out(size, '\0');
  secure_rng().fill({reinterpret_cast<std::uint8_t*>(out.data()), size});
  return out;
}
std::string number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1);
  const std::unique_ptr<BIGNUM, Deleter<BN_free>> value(raw);
  std::string out(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  BN_bn2bin(raw, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

/// Self-signed, DER: an attestation certificate whose issuer nobody knows.
std::string certificate_of(EVP_PKEY* key) {
  const std::unique_ptr<X509, Deleter<X509_free>> cert(X509_new());
  X509_NAME* const name = X509_get_subject_name(cert.get());
  const auto* word = reinterpret_cast<const unsigned char*>("Soft");
  require(X509_set_version(cert.get(), 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1) == 1 &&
          X509_gmtime_adj(X509_getm_notBefore(cert.get()), 0) != nullptr && X509_gmtime_adj(X509_getm_notAfter(cert.get()), 86'400) != nullptr &&
          X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, word, -1, -1, 0) == 1 && X509_set_issuer_name(cert.get(), name) == 1 &&
          X509_set_pubkey(cert.get(), key) == 1 && X509_sign(cert.get(), key, EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int length = i2d_X509(cert.get(), &der);
  require(length > 0);
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

boost::json::object parsed(std::string_view json) { return boost::json::parse({json.data(), json.size()}).as_object(); }
std::string text_at(const boost::json::object& object, std::string_view name) { return std::string(object.at(name).as_string()); }

}  // namespace

struct SoftPasskey::Key {
  Algorithm algorithm;
  Pkey pkey;
};

SoftPasskey::SoftPasskey(Algorithm algorithm) : credential_id(random_bytes(32)), key_(std::make_unique<Key>()) {
  key_->algorithm = algorithm;
  switch (algorithm) {
    case Algorithm::es256: key_->pkey.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); break;
    case Algorithm::eddsa: key_->pkey.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); break;
    case Algorithm::rs256: key_->pkey.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})); break;
  }
  require(key_->pkey != nullptr);
}
SoftPasskey::~SoftPasskey() = default;
SoftPasskey::SoftPasskey(SoftPasskey&&) noexcept = default;

std::string SoftPasskey::cose_key() const {
  EVP_PKEY* const key = key_->pkey.get();
  const auto algorithm = number(3) + number(static_cast<int>(key_->algorithm));
  if (key_->algorithm == Algorithm::rs256)
    return head(5, 4) + number(1) + number(3) + algorithm + number(-1) + bytes(number_of(key, OSSL_PKEY_PARAM_RSA_N)) + number(-2) +
           bytes(number_of(key, OSSL_PKEY_PARAM_RSA_E));
  std::string point(80, '\0');
  std::size_t length = 0;
  require(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, reinterpret_cast<unsigned char*>(point.data()), point.size(), &length) == 1);
  point.resize(length);
  if (key_->algorithm == Algorithm::eddsa) return head(5, 4) + number(1) + number(1) + algorithm + number(-1) + number(6) + number(-2) + bytes(point);
  require(point.size() == 65);
  return head(5, 5) + number(1) + number(2) + algorithm + number(-1) + number(1) + number(-2) + bytes(point.substr(1, 32)) + number(-3) +
         bytes(point.substr(33));
}

std::string SoftPasskey::sign(std::string_view data) const {
  const std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const EVP_MD* const digest = key_->algorithm == Algorithm::eddsa ? nullptr : EVP_sha256();
  const auto* const message = reinterpret_cast<const unsigned char*>(data.data());
  std::size_t length = 0;
  require(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_->pkey.get()) == 1 &&
          EVP_DigestSign(context.get(), nullptr, &length, message, data.size()) == 1);
  std::string out(length, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, message, data.size()) == 1);
  out.resize(length);
  if (breaks_signature) out.back() = static_cast<char>(out.back() ^ 1);
  return out;
}

std::string SoftPasskey::authenticator_data(bool with_credential) const {
  const int flags = (present ? 1 : 0) | (verified ? 4 : 0) | (backup_eligible ? 8 : 0) | (backed_up ? 16 : 0) | (with_credential ? 64 : 0);
  std::string out = sha256(rp_id) + static_cast<char>(flags);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(counter >> shift & 0xff);
  if (!with_credential) return out;
  out += std::string(16, '\0');
  out += static_cast<char>(credential_id.size() >> 8);
  out += static_cast<char>(credential_id.size() & 0xff);
  return out + credential_id + cose_key();
}

std::string SoftPasskey::client_data(std::string_view type, std::string_view challenge) const {
  return R"({"type":")" + std::string(type) + R"(","challenge":")" + std::string(challenge) + R"(","origin":")" + origin + '"' + client_data_extra + '}';
}

std::string SoftPasskey::attestation_object(std::string_view client_data) {
  const auto data = authenticator_data(true);
  std::string statement = head(5, 0);
  if (attestation != Attestation::none) {
    const bool has_certificate = attestation == Attestation::packed_certificate;
    statement = head(5, has_certificate ? 3 : 2) + text("alg") + number(static_cast<int>(key_->algorithm)) + text("sig") + bytes(sign(data + sha256(client_data)));
    if (has_certificate) statement += text("x5c") + head(4, 1) + bytes(certificate_of(key_->pkey.get()));
  }
  const std::string name = format.value_or(attestation == Attestation::none ? "none" : "packed");
  return head(5, 3) + text("fmt") + text(name) + text("attStmt") + statement + text("authData") + bytes(data);
}

std::string SoftPasskey::attestation_response(std::string_view id, std::string_view client_data, std::string_view attestation_object) {
  const auto encoded_id = crypto::base64url(id);
  return boost::json::serialize(boost::json::object{
      {"id", encoded_id}, {"rawId", encoded_id}, {"type", "public-key"}, {"authenticatorAttachment", "platform"},
      {"clientExtensionResults", {{"credProps", {{"rk", true}}}}},
      {"response", {{"clientDataJSON", crypto::base64url(client_data)}, {"attestationObject", crypto::base64url(attestation_object)},
                    {"transports", boost::json::array{"internal", "hybrid"}}}}});
}

std::string SoftPasskey::create(std::string_view options) {
  const auto wanted = parsed(options);
  user_handle = crypto::unbase64url(text_at(wanted.at("user").as_object(), "id")).value();
  const auto data = client_data("webauthn.create", text_at(wanted, "challenge"));
  const auto object = attestation_object(data);
  counter += step;
  return attestation_response(credential_id, data, object);
}

std::string SoftPasskey::get(std::string_view options) {
  const auto data = client_data("webauthn.get", text_at(parsed(options), "challenge"));
  const auto authenticator = authenticator_data(false);
  boost::json::object response{{"clientDataJSON", crypto::base64url(data)}, {"authenticatorData", crypto::base64url(authenticator)},
                               {"signature", crypto::base64url(sign(authenticator + sha256(data)))}};
  if (sends_user_handle) response["userHandle"] = crypto::base64url(user_handle);
  counter += step;
  const auto id = crypto::base64url(credential_id);
  return boost::json::serialize(boost::json::object{{"id", id}, {"rawId", id}, {"type", "public-key"}, {"clientExtensionResults", boost::json::object()},
                                                    {"response", std::move(response)}});
}

}  // namespace openstrat::mfa::testing
