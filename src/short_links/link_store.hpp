// SQL of short links. They are found by code alone: whoever follows one has no team.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::short_links::link_store {

struct StoredLink {
  std::string code;
  std::string target;
  bool is_external = false;
  std::optional<CustomerId> customer_id;
  std::string created_by;
  Timestamp created_at{}, expires_at{};
  std::int64_t hits = 0;
};

/// False: the code is taken.
Result<bool> insert(db::Session& session, const StoredLink& link);
Result<std::optional<StoredLink>> find(db::Session& session, std::string_view code);
Status add_hits(db::Session& session, const std::map<std::string, std::int64_t, std::less<>>& hits_by_code);
Status remove_of_customer(db::Session& session, CustomerId customer);
/// At most `limit` links that expired before; how many went.
Result<std::int64_t> purge(db::Session& session, Timestamp expired_before, int limit);

}  // namespace openstrat::short_links::link_store
