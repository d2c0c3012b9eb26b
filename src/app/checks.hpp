// What an operator should look at, in plain words: the one place that `openstrat doctor` and the system page share.
#pragma once

#include <string>
#include <vector>

#include "app/census.hpp"
#include "app/config.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::app {

struct Finding {
  enum class Level { good, note, warning, error } level = Level::good;
  std::string what;    ///< "database"
  std::string text;    ///< what was found
  std::string advice;  ///< what to do; empty when there is nothing to do
};
using Findings = std::vector<Finding>;

/// Data directory, key file, certificates, settings: without database and network, in milliseconds.
void check_surroundings(const LoadedConfig& config, Findings& out);
/// Signs in at the SMTP server: seconds when it does not answer.
void check_mail_server(const LoadedConfig& config, Findings& out);
/// Connection and schema; false when the rest cannot be asked.
bool check_connection(db::Database& database, Findings& out);
/// Reads all of it: minutes for a large one.
void check_integrity(db::Database& database, Findings& out);
/// Queues, mails, people, nodes.
void check_census(const Census& census, Timestamp now, Findings& out);

}  // namespace openstrat::app
