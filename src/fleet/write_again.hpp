// Transactions that lose a race look again.
#pragma once

#include <utility>

#include "db/database.hpp"

namespace openstrat::fleet {

/// On PostgreSQL another transaction may insert or change a row between our look at it and our write. The loser gets a conflict
/// (a unique index, or a revision or state that is no longer what was read) and runs `body` again, which then sees the winner's row.
template <class F>
auto write_again(db::Database& database, F&& body) {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    auto result = database.write(body);
    if (result || attempt == kAttempts || result.error().code() != Errc::conflict) return result;
    const auto& reason = result.error().reason();
    if (reason != "conflict" && reason != "already_exists") return result;
  }
}

}  // namespace openstrat::fleet
