// The embedded engine: one writer thread, several readers, one file.
#pragma once

#include "db/database.hpp"

namespace openstrat::db {

Result<std::unique_ptr<Database>> open_sqlite(const Options& options, std::string_view path, metrics::Registry* registry);

}  // namespace openstrat::db
