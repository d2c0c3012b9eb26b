// JWTs signed with the published keys. What the claims mean is the matter of whoever asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace openstrat::identity {

class SignerService {
 public:
  virtual ~SignerService() = default;
  /// A compact RS256 JWT of these claims (a JSON object), made with the newest key.
  virtual Result<std::string> sign(std::string_view claims) = 0;
  /// The claims, when one of the published keys made the signature; times and names are not looked at. nullopt: not ours.
  virtual Result<std::optional<std::string>> open(std::string_view token) = 0;
};

}  // namespace openstrat::identity
