#include "sim/api/challenge.hpp"

#include <openssl/evp.h>

#include <array>

#include "base/crypto.hpp"

namespace openstrat::sim::api {

std::string challenge_response(std::string_view password, std::string_view challenge_hex) {
  const std::string challenge = crypto::unhex(challenge_hex).value_or(std::string());
  std::string text(1, '\0');
  text.append(password).append(challenge);
  std::array<std::uint8_t, 16> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_md5(), nullptr);
  return "00" + crypto::hex(digest);
}

}  // namespace openstrat::sim::api
