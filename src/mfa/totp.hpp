// Time-based one-time passwords (RFC 6238) as every authenticator app makes them: SHA-1, 30 seconds, 6 digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace openstrat::mfa::totp {

inline constexpr std::size_t kSecretBytes = 20;  ///< RFC 4226 §4: as long as the hash
inline constexpr std::size_t kDigits = 6;

/// Number of the 30-second step since 1970.
std::int64_t step_at(Timestamp time);
/// The code of a step, with leading zeros.
std::string code(std::string_view secret, std::int64_t step);
/// The step around `now` (one before, one after) that has this code and is later than `last_step`.
std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code, Timestamp now, std::int64_t last_step);

/// RFC 4648 without padding, upper case.
std::string base32(std::string_view bytes);
/// Key URI that authenticator apps read: `otpauth://totp/Issuer:account?secret=…&issuer=Issuer&…`.
std::string otpauth_uri(std::string_view secret, std::string_view issuer, std::string_view account);

}  // namespace openstrat::mfa::totp
