#include "base/crypto_verify.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <utility>

namespace openstrat::crypto {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Pkey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using ParamList = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;  // a longer one is slow enough to hurt
constexpr std::size_t kCoordinate = 32;

const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

Number number_of(std::string_view bytes) { return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)); }

Pkey key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamList params(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* raw = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return Pkey(raw);
}

/// r ‖ s as libcrypto wants it: a DER sequence of two integers. Empty: not 64 bytes.
std::string der_of(std::string_view raw) {
  if (raw.size() != 2 * kCoordinate) return {};
  Number r = number_of(raw.substr(0, kCoordinate));
  Number s = number_of(raw.substr(kCoordinate));
  const EcdsaSignature pair(ECDSA_SIG_new());
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();  // now the pair's
  (void)s.release();
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

bool prepare(EVP_MD_CTX* context, Signature algorithm, EVP_PKEY* key) {
  EVP_PKEY_CTX* options = nullptr;
  const EVP_MD* digest = algorithm == Signature::eddsa ? nullptr : EVP_sha256();
  if (EVP_DigestVerifyInit(context, &options, digest, nullptr, key) != 1) return false;
  if (algorithm != Signature::ps256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
}

constexpr PublicKey::Kind kind_for(Signature algorithm) {
  switch (algorithm) {
    case Signature::rs256:
    case Signature::ps256: return PublicKey::Kind::rsa;
    case Signature::es256: return PublicKey::Kind::p256;
    case Signature::eddsa: return PublicKey::Kind::ed25519;
  }
  std::unreachable();
}

}  // namespace

std::string sha512(std::string_view data) {
  std::string out(64, '\0');
  if (EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, EVP_sha512(), nullptr) != 1) std::abort();
  return out;
}

struct PublicKey::Impl {
  Kind kind;
  Pkey key;
};

std::optional<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > kMostRsaBits / 8 || exponent.empty() || exponent.size() > 8) return std::nullopt;
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || BN_num_bits(n.get()) < kLeastRsaBits || !BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get()))
    return std::nullopt;
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return std::nullopt;
  Pkey key = key_from("RSA", builder.get());
  if (!key) return std::nullopt;
  return PublicKey(std::make_shared<const Impl>(Impl{Kind::rsa, std::move(key)}));
}

std::optional<PublicKey> PublicKey::p256(std::string_view x, std::string_view y) {
  if (x.size() != kCoordinate || y.size() != kCoordinate) return std::nullopt;
  std::string point("\x04");
  point.append(x).append(y);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return std::nullopt;
  Pkey key = key_from("EC", builder.get());
  if (!key) return std::nullopt;
  return PublicKey(std::make_shared<const Impl>(Impl{Kind::p256, std::move(key)}));
}

std::optional<PublicKey> PublicKey::ed25519(std::string_view x) {
  if (x.size() != kCoordinate) return std::nullopt;
  Pkey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()));
  if (!key) return std::nullopt;
  return PublicKey(std::make_shared<const Impl>(Impl{Kind::ed25519, std::move(key)}));
}

PublicKey::Kind PublicKey::kind() const { return impl_->kind; }

bool PublicKey::verify(Signature algorithm, std::string_view data, std::string_view signature) const {
  if (kind_for(algorithm) != impl_->kind) return false;
  std::string der;
  if (algorithm == Signature::es256) {
    der = der_of(signature);
    if (der.empty()) return false;
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  if (!context || !prepare(context.get(), algorithm, impl_->key.get())) return false;
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data), data.size()) == 1;
}

}  // namespace openstrat::crypto
