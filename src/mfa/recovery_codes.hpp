// Single-use codes for the day the telephone is lost.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"

namespace openstrat {
class Rng;
}

namespace openstrat::mfa {

/// `ABCD-EFGH-IJKL-MNOP`: 80 bits each, so a plain hash keeps them safe and nobody can guess one.
std::vector<std::string> make_recovery_codes(Rng& rng);
/// What people type (blanks, dashes, lower case) as it is hashed; nullopt: does not look like a recovery code.
std::optional<std::string> normalise_recovery_code(std::string_view text);
/// What is stored of a normalised code.
std::string recovery_code_hash(UserId user, std::string_view normalised);

}  // namespace openstrat::mfa
