#include "base/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <new>
#include <utility>

#include "base/crypto_password.hpp"
#include "base/rng.hpp"

// Looking an algorithm up in OpenSSL's providers costs more than a short message does, so each is fetched once and
// lives as long as the process; contexts are kept a thread, which also makes every function here thread-safe.
namespace openstrat::crypto {
namespace {

constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

/// libcrypto refuses these calls only when it is broken or out of memory: nothing a caller could handle.
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
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Deleter<EVP_KDF_CTX_free>>;

/// Never null, which libcrypto would read as "none given" or "the previous one".
const unsigned char* bytes_of(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.empty() ? "" : s.data());
}
unsigned char* bytes_of(std::string& s) {
  return reinterpret_cast<unsigned char*>(s.data());
}

template <std::size_t Size>
std::array<std::uint8_t, Size> digest(const EVP_MD* algorithm, std::string_view data) {
  thread_local const DigestContext context(EVP_MD_CTX_new());
  std::array<std::uint8_t, Size> out;
  require(EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
              EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
              EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1,
          "digest");
  return out;
}

MacContext new_hmac_context() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  require(algorithm != nullptr, "fetching HMAC");
  MacContext context(EVP_MAC_CTX_new(algorithm));
  char digest_name[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                               OSSL_PARAM_construct_end()};
  require(context != nullptr && EVP_MAC_CTX_set_params(context.get(), params) == 1, "preparing HMAC");
  return context;
}

/// Set up for AES-256-GCM; only key and nonce are missing.
CipherContext new_aes_gcm_context() {
  static EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  require(algorithm != nullptr, "fetching AES-256-GCM");
  CipherContext created(EVP_CIPHER_CTX_new());
  require(created != nullptr && EVP_CipherInit_ex2(created.get(), algorithm, nullptr, nullptr, 1, nullptr) == 1,
          "preparing AES-256-GCM");
  return created;
}

/// Runs associated data and text through the cipher; `out` has room for the text.
void run_cipher(EVP_CIPHER_CTX* context, std::string_view associated_data, std::string_view text, unsigned char* out) {
  constexpr std::size_t kLongest = std::numeric_limits<int>::max();  // what libcrypto counts with
  require(associated_data.size() <= kLongest && text.size() <= kLongest, "AES-256-GCM of more than 2 GiB");
  int length = 0;
  if (!associated_data.empty()) {
    require(EVP_CipherUpdate(context, nullptr, &length, bytes_of(associated_data),
                             static_cast<int>(associated_data.size())) == 1,
            "AES-256-GCM associated data");
  }
  if (!text.empty()) {
    require(EVP_CipherUpdate(context, out, &length, bytes_of(text), static_cast<int>(text.size())) == 1, "AES-256-GCM");
  }
}

std::string encode_base64(std::string_view bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), variant);
  out.pop_back();  // libsodium's terminating zero
  return out;
}

std::optional<std::string> decode_base64(std::string_view text, int variant) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  if (sodium_base642bin(bytes_of(out), out.size(), text.data(), text.size(), nullptr, &length, nullptr, variant) != 0) {
    return std::nullopt;
  }
  out.resize(length);
  return out;
}

}  // namespace

std::array<std::uint8_t, 20> sha1(std::string_view data) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  return digest<20>(algorithm, data);
}

Digest32 sha256(std::string_view data) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest<32>(algorithm, data);
}

Digest32 hmac_sha256(std::string_view key, std::string_view data) {
  thread_local const MacContext context = new_hmac_context();
  Digest32 out;
  std::size_t length = 0;
  require(EVP_MAC_init(context.get(), bytes_of(key), key.size(), nullptr) == 1 &&
              EVP_MAC_update(context.get(), bytes_of(data), data.size()) == 1 &&
              EVP_MAC_final(context.get(), out.data(), &length, out.size()) == 1,
          "HMAC");
  return out;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), bytes.data(), bytes.size());
  out.pop_back();
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  std::string out(text.size() / 2, '\0');
  std::size_t length = 0;
  if (text.size() % 2 != 0 ||
      sodium_hex2bin(bytes_of(out), out.size(), text.data(), text.size(), nullptr, &length, nullptr) != 0) {
    return std::nullopt;
  }
  return out;
}

std::string base64(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}
std::optional<std::string> unbase64(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_ORIGINAL);
}
std::string base64url(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
std::optional<std::string> unbase64url(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Aead::Impl {
  explicit Impl(const Key32& bytes) : key(bytes) {}
  Key32 key;
  const std::uint64_t number = [] {  ///< never given twice in a process
    static std::atomic<std::uint64_t> last{0};
    return ++last;
  }();
  ~Impl() { OPENSSL_cleanse(key.data(), key.size()); }
};

Aead::Aead(const Key32& key) : impl_(new Impl(key)) {}
Aead::~Aead() = default;
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;

std::string Aead::seal(std::string_view plain, std::string_view associated_data) const {
  std::string sealed(kNonceSize + plain.size() + kTagSize, '\0');
  unsigned char* const nonce = bytes_of(sealed);
  unsigned char* const tag = nonce + kNonceSize + plain.size();
  secure_rng().fill({nonce, kNonceSize});
  thread_local const CipherContext own = new_aes_gcm_context();
  EVP_CIPHER_CTX* const context = own.get();
  require(EVP_CipherInit_ex2(context, nullptr, impl_->key.data(), nonce, 1, nullptr) == 1, "AES-256-GCM key");
  run_cipher(context, associated_data, plain, nonce + kNonceSize);
  int length = 0;
  require(EVP_CipherFinal_ex(context, tag, &length) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) == 1,
          "AES-256-GCM tag");
  return sealed;
}

std::optional<std::string> Aead::open(std::string_view sealed, std::string_view associated_data) const {
  if (sealed.size() < kNonceSize + kTagSize) return std::nullopt;
  const std::string_view text = sealed.substr(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  std::array<unsigned char, kTagSize> tag;
  std::ranges::copy(sealed.substr(sealed.size() - kTagSize), tag.begin());
  // A context of its own for what this thread opened last: expanding the key costs as much as opening a short text.
  thread_local const CipherContext context = new_aes_gcm_context();
  thread_local std::uint64_t expanded = 0;
  const bool same_key = std::exchange(expanded, impl_->number) == impl_->number;
  EVP_CIPHER_CTX* const cipher = context.get();
  require(EVP_CipherInit_ex2(cipher, nullptr, same_key ? nullptr : impl_->key.data(), bytes_of(sealed), 0, nullptr) == 1 &&
              EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1,
          "AES-256-GCM key");
  std::string plain(text.size(), '\0');
  run_cipher(cipher, associated_data, text, bytes_of(plain));
  int length = 0;
  std::array<unsigned char, kTagSize> rest;
  if (EVP_CipherFinal_ex(cipher, rest.data(), &length) != 1) return std::nullopt;
  return plain;
}

std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t length) {
  static EVP_KDF* const algorithm = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  require(algorithm != nullptr, "fetching HKDF");
  const KdfContext context(EVP_KDF_CTX_new(algorithm));
  char digest_name[] = "SHA256";
  // OSSL_PARAM is not const-correct; the KDF only reads.
  const auto octets = [](const char* name, std::string_view value) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<unsigned char*>(bytes_of(value)), value.size());
  };
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name, 0),
                               octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
                               octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  std::string out(length, '\0');
  require(context != nullptr && EVP_KDF_derive(context.get(), bytes_of(out), out.size(), params) == 1, "HKDF");
  return out;
}

Key32 derive_key(const Key32& master, std::string_view purpose) {
  const std::string_view key(reinterpret_cast<const char*>(master.data()), master.size());
  std::string derived = hkdf_sha256(key, "", purpose, std::tuple_size_v<Key32>);
  Key32 out;
  std::ranges::copy(derived, out.begin());
  OPENSSL_cleanse(derived.data(), derived.size());
  return out;
}

std::string hash_password(std::string_view password) {
  return hash_password(password, PasswordCost{});
}

bool verify_password(std::string_view phc, std::string_view password) {
  secure_rng();  // initialises libsodium
  return crypto_pwhash_str_verify(std::string(phc).c_str(), password.data(), password.size()) == 0;
}

}  // namespace openstrat::crypto
