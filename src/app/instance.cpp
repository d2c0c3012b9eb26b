#include "app/instance.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "audit/schema.hpp"
#include "backups/schema.hpp"
#include "bus/schema.hpp"
#include "control_plane/schema.hpp"
#include "demo/schema.hpp"
#include "federation/schema.hpp"
#include "fleet/schema.hpp"
#include "identity/schema.hpp"
#include "mail/schema.hpp"
#include "mfa/schema.hpp"
#include "monitoring/schema.hpp"
#include "oidc/schema.hpp"
#include "platform/schema.hpp"
#include "preferences/schema.hpp"
#include "protection/schema.hpp"
#include "realtime/schema.hpp"
#include "search/schema.hpp"
#include "short_links/schema.hpp"
#include "site_files/schema.hpp"
#include "tags/schema.hpp"
#include "sign_in/schema.hpp"
#include "tasks/schema.hpp"

namespace openstrat::app {

Paths paths_of(const Config& config) {
  const auto& data = config.data_dir;
  return {.data_dir = data,
          .key_file = config.secrets_key_file.empty() ? data / "secret.key" : config.secrets_key_file,
          .tls_dir = data / "tls",
          .ssh_dir = data / "ssh",
          .blob_dir = data / "blobs",
          .file_dir = data / "files",
          .breach_filter = data / "breached-passwords.filter",
          .lock_file = data / "server.lock",
          .database_url = config.db.url.empty() ? "sqlite:" + (data / "openstrat.db").string() : config.db.url};
}

std::vector<db::Migration> all_migrations() {
  std::vector<db::Migration> all;
  for (auto part : {
           audit::migrations(),
           backups::migrations(),
           bus::migrations(),
           control_plane::migrations(),
           demo::migrations(),
           federation::migrations(),
           fleet::migrations(),
           identity::migrations(),
           mail::migrations(),
           mfa::migrations(),
           monitoring::migrations(),
           oidc::migrations(),
           platform::migrations(),
           preferences::migrations(),
           protection::migrations(),
           realtime::migrations(),
           search::migrations(),
           short_links::migrations(),
           sign_in::migrations(),
           site_files::migrations(),
           tags::migrations(),
           tasks::migrations(),
       })
    all.insert(all.end(), part.begin(), part.end());
  std::ranges::sort(all, {}, &db::Migration::number);
  return all;
}

Result<std::unique_ptr<Instance>> Instance::open(LoadedConfig config, Migrate migrate) {
  Paths paths = paths_of(config.fixed);
  std::error_code error;
  if (!std::filesystem::exists(paths.data_dir, error)) {
    std::filesystem::create_directories(paths.data_dir, error);
    if (error) return fail(Errc::unavailable, "data_dir: cannot create " + paths.data_dir.string() + ": " + error.message());
    ::chmod(paths.data_dir.c_str(), 0700);
  }
  auto key = MasterKey::load_or_create(paths.key_file, secure_rng());
  if (!key) return fail(key.error());

  std::unique_ptr<Instance> instance(new Instance(std::move(config), std::move(paths), *key));
  const auto& db_config = instance->config().db;
  auto database = db::open({.url = instance->paths().database_url, .reader_connections = db_config.reader_connections,
                            .writer_connections = db_config.writer_connections,
                            .write_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(db_config.write_timeout)},
                           instance->clock(), &instance->metrics_);
  if (!database) return fail(database.error().code(), "db.url: " + database.error().message());
  instance->database_ = std::move(*database);
  if (migrate == Migrate::yes) {
    const auto applied = db::migrate(*instance->database_, all_migrations());
    if (!applied) return fail(applied.error());
    if (*applied > 0) log::info("database schema brought up to date", {{"migrations", *applied}});
  }
  return instance;
}

}  // namespace openstrat::app
