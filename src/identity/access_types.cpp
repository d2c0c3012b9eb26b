#include "identity/access_types.hpp"

#include <algorithm>

namespace openstrat::identity {

bool Actor::holds(std::string_view scope) const { return std::ranges::binary_search(scopes, scope, std::less<>{}); }

Status may_grant(const Actor& actor, std::span<const std::string> scopes) {
  for (const auto& scope : scopes) {
    if (actor.holds(scope)) continue;
    return fail(Error(Errc::forbidden, "scope_missing", "You cannot give the scope " + scope + ", because you do not hold it for the whole team.")
                    .with_required_scope(scope));
  }
  return {};
}

Status require(const Actor& actor, std::string_view scope) {
  if (actor.holds(scope)) return {};
  return fail(Error(Errc::forbidden, "scope_missing", "this needs the scope " + std::string(scope)).with_required_scope(std::string(scope)));
}

}  // namespace openstrat::identity
