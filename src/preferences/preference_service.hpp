// Named JSON values of a user in a team.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::preferences {

struct Preference {
  std::string name;             ///< 1–100 of a-z, 0-9, `.`, `_`, `-`
  std::string value;            ///< JSON
  std::int64_t revision = 1;
  Timestamp updated_at{};
};

class PreferenceService {
 public:
  static constexpr int kMost = 200;                    ///< a user and team
  static constexpr std::size_t kLargest = 16 * 1024;   ///< bytes of JSON

  PreferenceService(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// What a user kept goes with the user or the team. Before the bus starts.
  void subscribe(bus::Bus& bus);

  Result<std::vector<Preference>> list(const Tenant& tenant, UserId user);                          ///< by name
  Result<Preference> find(const Tenant& tenant, UserId user, std::string_view name);                ///< not_found
  /// `expected`: the revision that the caller has seen (0: there is none yet); else precondition_failed. conflict `limit_reached`.
  Result<Preference> put(const Tenant& tenant, UserId user, std::string_view name, std::string value, std::optional<std::int64_t> expected);
  Status remove(const Tenant& tenant, UserId user, std::string_view name);                          ///< not_found

 private:
  db::Database& database_;
  const Clock& clock_;
};

}  // namespace openstrat::preferences
