#include "sim/device/backup_file.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <memory>
#include <new>
#include <numeric>
#include <utility>

namespace openstrat::sim {
namespace {

constexpr std::string_view kPlain = "\x88\xAC\xA1\xB1";
constexpr std::string_view kRc4 = "\xEF\xA8\x91\x72";
constexpr std::string_view kAes = "\xEF\xA8\x91\x73";
constexpr std::size_t kSalt = 32;
constexpr std::size_t kCheck = 8;  ///< tells a wrong password from a right one
constexpr std::size_t kHeader = 8;

std::string digest(std::string_view salt, std::string_view text) {
  const std::string input = std::string(salt).append(text);
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

/// The same in both directions. OpenSSL keeps RC4 out of its ordinary provider.
std::string rc4(std::string_view key, std::string_view input) {
  std::array<std::uint8_t, 256> state;
  std::iota(state.begin(), state.end(), std::uint8_t{0});
  for (std::size_t i = 0, j = 0; i < state.size(); ++i) {
    j = (j + state[i] + static_cast<std::uint8_t>(key[i % key.size()])) & 255;
    std::swap(state[i], state[j]);
  }
  std::string out(input);
  std::size_t i = 0;
  std::size_t j = 0;
  for (char& c : out) {
    i = (i + 1) & 255;
    j = (j + state[i]) & 255;
    std::swap(state[i], state[j]);
    c = static_cast<char>(c ^ state[(state[i] + state[j]) & 255]);
  }
  return out;
}

std::string aes(std::string_view key, std::string_view input) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  std::string out(input.size(), '\0');
  int written = 0;
  if (context == nullptr || EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, bytes, bytes + 16) != 1 ||
      EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &written,
                        reinterpret_cast<const unsigned char*>(input.data()), static_cast<int>(input.size())) != 1) {
    throw std::bad_alloc();
  }
  return out;
}

std::string size_of(std::size_t size) {
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(size >> shift & 0xFF);
  return out;
}

}  // namespace

std::string seal_backup(std::string_view records, BackupCipher cipher, std::string_view password, std::string_view salt) {
  if (cipher == BackupCipher::none) return std::string(kPlain).append(size_of(records.size() + kHeader)).append(records);
  const std::string key = digest(salt, password);
  const std::string checked = digest(salt, records).substr(0, kCheck).append(records);
  const std::string hidden = cipher == BackupCipher::aes ? aes(key, checked) : rc4(key, checked);
  return std::string(cipher == BackupCipher::aes ? kAes : kRc4).append(size_of(kHeader + kSalt + hidden.size())).append(salt).append(hidden);
}

OpenedBackup open_backup(std::string_view file, std::string_view password) {
  const std::string_view magic = file.substr(0, 4);
  const bool plain = magic == kPlain;
  if (file.size() < kHeader || size_of(file.size()) != file.substr(4, 4) || !(plain || magic == kAes || magic == kRc4)) {
    return {{}, BackupFault::not_a_backup};
  }
  file.remove_prefix(kHeader);
  if (plain) return {std::string(file), std::nullopt};
  if (file.size() < kSalt + kCheck) return {{}, BackupFault::not_a_backup};
  const std::string_view salt = file.substr(0, kSalt);
  const std::string key = digest(salt, password);
  const std::string shown = magic == kAes ? aes(key, file.substr(kSalt)) : rc4(key, file.substr(kSalt));
  const std::string records = shown.substr(kCheck);
  if (digest(salt, records).substr(0, kCheck) != shown.substr(0, kCheck)) return {{}, BackupFault::wrong_password};
  return {records, std::nullopt};
}

}  // namespace openstrat::sim
