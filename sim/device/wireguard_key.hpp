// Keys of WireGuard (X25519, in base64), as a router makes and shows them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/rng.hpp"

namespace openstrat::sim {

std::string wireguard_private_key(Rng& rng);
/// nullopt: that is no key.
std::optional<std::string> wireguard_public_key(std::string_view private_key);

}  // namespace openstrat::sim
