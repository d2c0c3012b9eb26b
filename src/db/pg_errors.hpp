// SQLSTATE to Error, and whether another attempt may help.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace openstrat::db {

enum class Retry {
  no,
  transaction,  ///< the transaction was rolled back for reasons of its neighbours
  statements,   ///< likewise, and the prepared statements of the connection are out of date
  connection,   ///< the connection is lost; nothing was committed
  unknown,      ///< the connection was lost during COMMIT: it may have happened
};

struct PgFailure {
  Error error;
  Retry retry;
};

PgFailure classify(const char* statement, std::string_view sqlstate, std::string_view message, std::string_view constraint, bool read_only);
PgFailure connection_lost();

}  // namespace openstrat::db
