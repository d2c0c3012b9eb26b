#include "base/crypto_password.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <new>

#include "base/crypto.hpp"
#include "base/rng.hpp"

namespace openstrat::crypto {

std::string hash_password(std::string_view password, const PasswordCost& cost) {
  secure_rng();  // initialises libsodium
  std::array<char, crypto_pwhash_STRBYTES> phc{};
  if (crypto_pwhash_str(phc.data(), password.data(), password.size(), cost.passes, cost.memory) != 0) throw std::bad_alloc();
  return phc.data();
}

std::string unmatchable_hash(const PasswordCost& cost) {
  // The form of RFC 9106 in PHC notation; the tag is random, so nothing hashes to it.
  std::array<std::uint8_t, 16 + 32> random{};
  secure_rng().fill(random);
  const std::string_view bytes(reinterpret_cast<const char*>(random.data()), random.size());
  const auto encode = [](std::string_view part) {
    std::string text = base64(part);
    text.resize(text.find_last_not_of('=') + 1);
    return text;
  };
  return fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory / 1024, cost.passes, encode(bytes.substr(0, 16)), encode(bytes.substr(16)));
}

bool has_other_cost(std::string_view phc, const PasswordCost& cost) {
  secure_rng();
  return crypto_pwhash_str_needs_rehash(std::string(phc).c_str(), cost.passes, cost.memory) != 0;
}

}  // namespace openstrat::crypto
