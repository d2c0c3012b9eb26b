#include "base/clock.hpp"
#include "db/database.hpp"
#include "db/pg_database.hpp"
#include "db/sqlite_database.hpp"

namespace openstrat::db {

// The engines measure their time-outs with the machine's clock: the peer they wait for does not live in a test's time.
Result<std::unique_ptr<Database>> open(const Options& options, const Clock&, metrics::Registry* registry) {
  const std::string_view url = options.url;
  if (url.starts_with("sqlite:") && url.size() > 7) return open_sqlite(options, url.substr(7), registry);
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return open_postgres(options, registry);
  return fail(Errc::invalid, "the database URL must be sqlite:PATH or postgresql://…");
}

}  // namespace openstrat::db
