// HMAC-SHA1, for one-time passwords (RFC 4226, RFC 6238) only: authenticator apps know nothing newer. Everything else takes
// hmac_sha256 of crypto.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace openstrat::crypto {

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view data);

}  // namespace openstrat::crypto
