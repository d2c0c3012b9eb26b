#include "sim/snmp/usm.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace openstrat::sim::snmp {
namespace {

constexpr std::size_t kStretchedBytes = 1 << 20;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const EVP_MD* hash_of(AuthProtocol protocol) { return protocol == AuthProtocol::md5 ? EVP_md5() : EVP_sha1(); }

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string digest(AuthProtocol protocol, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), out.data(), &size, hash_of(protocol), nullptr) != 1) throw std::runtime_error("snmp: no digest");
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string big_endian(std::int32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
  return out;
}

struct CipherSetup {
  const EVP_CIPHER* cipher;
  std::string key;
  std::string vector;
};

/// DES runs as triple DES with one key three times, which is the same and needs no legacy provider.
CipherSetup setup(const PrivacyKey& key, std::string_view salt) {
  if (key.protocol == PrivProtocol::aes) return {EVP_aes_128_cfb128(), key.key.substr(0, 16), big_endian(key.boots) + big_endian(key.time) + std::string(salt)};
  const std::string des = key.key.substr(0, 8);
  std::string vector = key.key.substr(8, 8);
  for (std::size_t i = 0; i < vector.size(); ++i) vector[i] = static_cast<char>(vector[i] ^ salt[i]);
  return {EVP_des_ede3_cbc(), des + des + des, std::move(vector)};
}

std::optional<std::string> run_cipher(const CipherSetup& setup, std::string_view text, bool encrypting) {
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  if (context == nullptr || EVP_CipherInit_ex(context.get(), setup.cipher, nullptr, bytes_of(setup.key), bytes_of(setup.vector), encrypting ? 1 : 0) != 1) return std::nullopt;
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  std::string out(text.size() + 16, '\0');
  int written = 0;
  int rest = 0;
  auto* target = reinterpret_cast<unsigned char*>(out.data());
  if (EVP_CipherUpdate(context.get(), target, &written, bytes_of(text), static_cast<int>(text.size())) != 1) return std::nullopt;
  if (EVP_CipherFinal_ex(context.get(), target + written, &rest) != 1) return std::nullopt;
  out.resize(static_cast<std::size_t>(written + rest));
  return out;
}

}  // namespace

const std::string& KeyCache::stretched(AuthProtocol protocol, std::string_view password) {
  std::string name(1, protocol == AuthProtocol::md5 ? 'm' : 's');
  name += password;
  if (const auto known = stretched_.find(name); known != stretched_.end()) return known->second;
  if (order_.size() == kKept) {
    stretched_.erase(order_.front());
    order_.pop_front();
  }
  std::string repeated;
  repeated.reserve(kStretchedBytes + password.size());
  while (repeated.size() < kStretchedBytes) repeated += password;
  repeated.resize(kStretchedBytes);
  order_.push_back(name);
  return stretched_.emplace(std::move(name), digest(protocol, repeated)).first->second;
}

std::string KeyCache::key(AuthProtocol protocol, std::string_view password, std::string_view engine_id) {
  if (password.empty()) return {};
  const std::string& user_key = stretched(protocol, password);
  return digest(protocol, user_key + std::string(engine_id) + user_key);
}

std::string message_digest(AuthProtocol protocol, std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (HMAC(hash_of(protocol), key.data(), static_cast<int>(key.size()), bytes_of(message), message.size(), out.data(), &size) == nullptr) throw std::runtime_error("snmp: no digest");
  return {reinterpret_cast<const char*>(out.data()), kDigestSize};
}

bool digest_matches(AuthProtocol protocol, std::string_view key, std::string_view message, std::string_view digest) {
  if (digest.size() != kDigestSize || key.empty()) return false;
  std::string blank(message);
  blank.replace(static_cast<std::size_t>(digest.data() - message.data()), kDigestSize, kDigestSize, '\0');
  const std::string expected = message_digest(protocol, key, blank);
  return CRYPTO_memcmp(expected.data(), digest.data(), kDigestSize) == 0;
}

std::string encrypt(const PrivacyKey& key, std::string_view salt, std::string_view plain) {
  std::string padded(plain);
  if (key.protocol == PrivProtocol::des) padded.resize((padded.size() + 7) / 8 * 8);
  auto cipher = run_cipher(setup(key, salt), padded, true);
  if (!cipher) throw std::runtime_error("snmp: no cipher");
  return *std::move(cipher);
}

std::optional<std::string> decrypt(const PrivacyKey& key, std::string_view salt, std::string_view cipher) {
  if (salt.size() != kSaltSize || key.key.size() < 16 || cipher.empty()) return std::nullopt;
  if (key.protocol == PrivProtocol::des && cipher.size() % 8 != 0) return std::nullopt;
  return run_cipher(setup(key, salt), cipher, false);
}

}  // namespace openstrat::sim::snmp
