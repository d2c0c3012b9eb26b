// The engine for a PostgreSQL server.
#pragma once

#include "db/database.hpp"

namespace openstrat::db {

Result<std::unique_ptr<Database>> open_postgres(const Options& options, metrics::Registry* registry);

}  // namespace openstrat::db
