#include "base/clock.hpp"
#include "db/database.hpp"
#include "db/sqlite_database.hpp"

namespace openstrat::db {

Result<std::unique_ptr<Database>> open(const Options& options, const Clock&, metrics::Registry* registry) {
  const std::string_view url = options.url;
  if (url.starts_with("sqlite:")) return open_sqlite(options, url.substr(7), registry);
  return fail(Errc::invalid, "the database URL must start with sqlite: or postgresql://");
}

}  // namespace openstrat::db
