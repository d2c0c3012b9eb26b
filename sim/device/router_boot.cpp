// What waits for the next boot: another version, factory settings, a backup.
#include <utility>

#include "sim/config/export.hpp"
#include "sim/config/import.hpp"
#include "sim/config/snapshot.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kAfterReset = std::chrono::minutes(2);  ///< how long a run-after-reset script may take

void carry(const Config& before, Config& after, std::string_view menu) {
  const Table* table = before.table(menu);
  if (table != nullptr) after.restore(menu, table->rows());
}

/// Accounts as they were; all of them, since a router without one lets nobody in.
void carry_users(const Config& before, Config& after) {
  for (const std::string_view menu : {"/user/group", "/user"}) carry(before, after, menu);
}

}  // namespace

void Router::upgrade(const Version& version) { pending_version_ = version; }

void Router::reset_configuration(const PendingReset& reset) {
  pending_reset_ = reset;
  reboot("router rebooted by reset-configuration");
}

void Router::restore_backup(std::string records) {
  pending_backup_ = std::move(records);
  reboot("router rebooted by backup load");
}

/// The configuration is carried over as a router would carry it: what the new version does not know is dropped.
void Router::install_pending() {
  if (!pending_version_ && !pending_reset_ && !pending_backup_) return;
  const bool carried = !pending_reset_ && !pending_backup_;
  const std::string kept = carried ? export_config(config_, facts_, {.show_secrets = true, .header = false}) : std::string();
  std::vector<std::pair<std::string, StoredFile>> files;
  std::vector<std::string> directories;
  for (const std::string& name : files_.names()) {
    if (const StoredFile* file = files_.find(name)) files.emplace_back(name, *file);
    else directories.push_back(name);
  }
  for (const auto& [name, file] : files) files_.remove(name);
  for (const std::string& name : directories) files_.remove(name);
  const Config before = config_;
  if (pending_version_) spec_.version = *pending_version_;
  const DefaultConfiguration defaults = pending_reset_ ? pending_reset_->defaults : DefaultConfiguration::none;
  config_ = new_config(*spec_.model, spec_.version, defaults, spec_.permissive, spec_.packages);
  lookup_ = &SchemaLookup::of(config_.view());
  session_.personality = Personality(spec_.version);
  session_.menus = lookup_;
  if (pending_backup_ && !load_rows(config_, *pending_backup_)) write_log("system,error", "could not restore the backup");
  if (carried || (pending_reset_ && pending_reset_->keep_users)) carry_users(before, config_);
  if (carried) carry(before, config_, "/certificate");
  for (const std::string& failure : import_leniently(config_, kept, facts_)) write_log("system,warning", "configuration not carried over: " + failure);
  for (const std::string& name : directories) files_.make_directory(name, clock());
  for (auto& [name, file] : files) [[maybe_unused]] const bool fits = files_.write(name, std::move(file.contents), file.created);
  if (pending_reset_) after_reset_ = pending_reset_->run_after;
  pending_version_.reset();
  pending_reset_.reset();
  pending_backup_.reset();
}

void Router::run_after_reset() {
  if (after_reset_.empty()) return;
  const StoredFile* file = files_.find(std::exchange(after_reset_, {}));
  if (file == nullptr) return;
  JobRequest request;
  request.source = file->contents;
  request.name = "run-after-reset";
  const auto job = run(std::move(request));
  if (!job) return;
  reset_timer_ = services_.loop.after(kAfterReset, [this, id = *job] {
    reset_timer_.reset();
    kill(id);
  });
}

}  // namespace openstrat::sim
