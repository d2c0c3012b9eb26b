// SQL of what people allowed applications.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "oidc/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::oidc::consent_store {

Result<std::optional<Consent>> find(db::Session& session, UserId user, std::string_view client_id);
/// Inserts, or replaces scopes and times.
Status put(db::Session& session, const Consent& consent);
/// False: there was none.
Result<bool> remove(db::Session& session, UserId user, std::string_view client_id);
Status remove_of_client(db::Session& session, std::string_view client_id);

/// A line of "applications that may act for you".
struct Line {
  Consent consent;
  std::string client_name;
  std::optional<std::string> homepage;
  std::optional<Timestamp> last_used_at;
};
Result<std::vector<Line>> list(db::Session& session, UserId user, Timestamp now, int limit);  ///< newest first

}  // namespace openstrat::oidc::consent_store
