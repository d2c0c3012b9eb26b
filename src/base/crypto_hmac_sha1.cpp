#include "base/crypto_hmac_sha1.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdio>
#include <cstdlib>

namespace openstrat::crypto {

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view data) {
  std::array<std::uint8_t, 20> out;
  unsigned int length = 0;
  const auto* const text = reinterpret_cast<const unsigned char*>(data.data());
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), text, data.size(), out.data(), &length) != nullptr && length == out.size())
    return out;
  std::fprintf(stderr, "fatal: libcrypto: HMAC-SHA1 failed\n");  // as in crypto.cpp: broken, or out of memory
  std::abort();
}

}  // namespace openstrat::crypto
