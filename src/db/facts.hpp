// What the database server says about itself.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace openstrat::db {

class Session;

struct Facts {
  std::string version;           ///< `3.40.1`, `15.6`
  std::int64_t size_bytes = 0;   ///< of this database, with its indexes
};
Result<Facts> facts(Session& session);

/// Lets the planner look at these tables again after much was written at once; nothing to do on SQLite. Part of a write transaction.
Status analyze(Session& session, std::initializer_list<const char*> tables);

}  // namespace openstrat::db
