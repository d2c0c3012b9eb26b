#include "base/crypto_sign.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>

namespace openstrat::crypto {
namespace {

/// As in crypto.cpp: refused only when libcrypto is broken or out of memory.
void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "fatal: libcrypto: %s failed\n", what);
  std::abort();
}

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Pkey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using PrivateKeyInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Deleter<PKCS8_PRIV_KEY_INFO_free>>;

constexpr int kBits = 2048;

const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

std::string number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1, "reading an RSA key");
  const BigNumber number(raw);
  std::string out(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

}  // namespace

struct RsaKey::Impl {
  Pkey key;
};

RsaKey RsaKey::generate() {
  Pkey key(EVP_RSA_gen(kBits));
  require(key != nullptr, "generating an RSA key");
  return RsaKey(std::make_shared<const Impl>(Impl{std::move(key)}));
}

std::optional<RsaKey> RsaKey::from_der(std::string_view pkcs8) {
  const unsigned char* at = bytes_of(pkcs8);
  const PrivateKeyInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(pkcs8.size())));
  if (!info) return std::nullopt;
  Pkey key(EVP_PKCS82PKEY(info.get()));
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key.get()) < kBits) return std::nullopt;
  return RsaKey(std::make_shared<const Impl>(Impl{std::move(key)}));
}

std::string RsaKey::to_der() const {
  const PrivateKeyInfo info(EVP_PKEY2PKCS8(impl_->key.get()));
  require(info != nullptr, "encoding an RSA key");
  unsigned char* raw = nullptr;
  const int length = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &raw);
  require(length > 0, "encoding an RSA key");
  std::string out(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
  OPENSSL_clear_free(raw, static_cast<std::size_t>(length));
  return out;
}

std::string RsaKey::sign_sha256(std::string_view data) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t length = static_cast<std::size_t>(EVP_PKEY_get_size(impl_->key.get()));
  std::string signature(length, '\0');
  require(context != nullptr && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) == 1 &&
              EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes_of(data),
                             data.size()) == 1,
          "signing");
  signature.resize(length);
  return signature;
}

bool RsaKey::verify_sha256(std::string_view data, std::string_view signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) == 1,
          "preparing a signature check");
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data), data.size()) == 1;
}

std::string RsaKey::modulus() const { return number_of(impl_->key.get(), OSSL_PKEY_PARAM_RSA_N); }
std::string RsaKey::exponent() const { return number_of(impl_->key.get(), OSSL_PKEY_PARAM_RSA_E); }

}  // namespace openstrat::crypto
