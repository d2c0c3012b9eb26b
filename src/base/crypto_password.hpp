// Argon2id with a cost that the installation chooses. Through identity's PasswordService, which bounds how many run at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace openstrat::crypto {

struct PasswordCost {
  std::size_t memory = 64 << 20;  ///< bytes, at least 8 KiB
  unsigned passes = 3;
};

/// As hash_password() of crypto.hpp, at this cost. Throws std::bad_alloc when the memory is not there.
std::string hash_password(std::string_view password, const PasswordCost& cost);
/// A hash of this cost that no password has: verifying against it takes as long as against a real one.
std::string unmatchable_hash(const PasswordCost& cost);
/// Whether the hash was made at another cost.
bool has_other_cost(std::string_view phc, const PasswordCost& cost);

}  // namespace openstrat::crypto
