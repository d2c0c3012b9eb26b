// The steps of migrate(), for restore, which takes them inside one transaction of its own.
#pragma once

#include <map>
#include <string>

#include "db/migrations.hpp"

namespace openstrat::db {

/// Number → name of what the database has; empty for an empty database.
Result<std::map<int, std::string>> applied_migrations(Session& session);

/// Runs the statements and records the migration in schema_version, which it creates when missing.
Status apply_migration(Session& session, const Migration& migration);

}  // namespace openstrat::db
