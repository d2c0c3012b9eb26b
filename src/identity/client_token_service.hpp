// Asked about access tokens that belong to an OAuth client. Implemented by src/oidc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::identity {

class ClientTokens {
 public:
  virtual ~ClientTokens() = default;
  /// Whether what the token was issued from (its claim `grant`) still stands; a change counts within a second on every node.
  virtual Result<bool> stands(std::string_view grant_id) = 0;

  struct Machine {
    TeamId team_id;
    std::string name;
    std::vector<std::string> scopes;  ///< sorted
  };
  /// An application that acts for itself; nullopt: there is no such application any more.
  virtual Result<std::optional<Machine>> machine(std::string_view client_id) = 0;
};

}  // namespace openstrat::identity
