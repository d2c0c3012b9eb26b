#include "app/doctor.hpp"

#include <filesystem>

#include "app/instance.hpp"
#include "audit/verifier.hpp"
#include "base/clock.hpp"
#include "db/database.hpp"

namespace openstrat::app {
namespace {

using Level = Finding::Level;

void check_database(const LoadedConfig& config, const Paths& paths, Findings& out) {
  if (config.fixed.db.url.empty() && !std::filesystem::exists(paths.data_dir / "openstrat.db"))
    return out.push_back({Level::note, "database", "there is none yet", "It is made at the first start."});
  auto database = db::open({.url = paths.database_url}, system_clock());
  if (!database) return out.push_back({Level::error, "database", database.error().message(), "Check db.url and that the server runs."});
  const bool complete = check_connection(**database, out);
  check_integrity(**database, out);
  if (!complete) return;
  const Timestamp now = system_clock().now();
  const auto census = (*database)->read([&](db::Session& session) { return take_census(session, now); });
  if (!census) return out.push_back({Level::error, "database", census.error().message(), "Check db.url and that the server runs."});
  check_census(*census, now, out);
  const auto chain = audit::verify_chain(**database);
  if (!chain) return;
  out.push_back(chain->problem.empty() ? Finding{Level::good, "audit log", std::to_string(chain->rows) + " entries, the chain is whole", ""}
                                       : Finding{Level::error, "audit log", chain->problem, "Somebody changed it outside the program, or the database is damaged."});
}

}  // namespace

Findings examine(const LoadedConfig& config) {
  Findings out;
  check_surroundings(config, out);
  check_database(config, paths_of(config.fixed), out);
  check_mail_server(config, out);
  return out;
}

}  // namespace openstrat::app
