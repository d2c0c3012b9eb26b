// What every command works on: the configuration, the data directory, the key file and the database.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "db/migrations.hpp"

namespace openstrat::app {

/// Where things lie, derived from the configuration.
struct Paths {
  std::filesystem::path data_dir;
  std::filesystem::path key_file;     ///< secrets.key_file, else DATA/secret.key
  std::filesystem::path tls_dir;      ///< self-signed certificates
  std::filesystem::path ssh_dir;      ///< host keys of the SFTP server
  std::filesystem::path blob_dir;   ///< texts of backups
  std::filesystem::path file_dir;   ///< files of sites
  std::filesystem::path breach_filter;  ///< of `openstrat admin import-breached-passwords`
  std::filesystem::path lock_file;    ///< held by the running server
  std::string database_url;           ///< db.url, else sqlite:DATA/openstrat.db
};
Paths paths_of(const Config& config);

/// The schema of every area.
std::vector<db::Migration> all_migrations();

enum class Migrate { no, yes };

class Instance {
 public:
  /// Makes the data directory and the key file if they are absent; opens the database and, with Migrate::yes, brings it up to date.
  static Result<std::unique_ptr<Instance>> open(LoadedConfig config, Migrate migrate);

  const Config& config() const { return config_.fixed; }
  const LoadedConfig& loaded() const { return config_; }
  const Paths& paths() const { return paths_; }
  const MasterKey& key() const { return key_; }
  db::Database& database() { return *database_; }
  metrics::Registry& metrics() { return metrics_; }
  const Clock& clock() const { return system_clock(); }
  Rng& rng() { return secure_rng(); }

 private:
  Instance(LoadedConfig config, Paths paths, MasterKey key) : config_(std::move(config)), paths_(std::move(paths)), key_(std::move(key)) {}

  LoadedConfig config_;
  Paths paths_;
  MasterKey key_;
  metrics::Registry metrics_;
  std::unique_ptr<db::Database> database_;
};

}  // namespace openstrat::app
