// `/system backup` and `/system reset-configuration`: what replaces the whole configuration with the next boot.
#include <fmt/core.h>

#include "sim/config/snapshot.hpp"
#include "sim/device/action.hpp"
#include "sim/device/backup_file.hpp"

namespace openstrat::sim {
namespace {

std::string text_of(const CommandCall& call, std::string_view argument) {
  const CallArgument* given = call.find(argument);
  return given == nullptr ? std::string() : given->value.to_text();
}

bool is_yes(const CommandCall& call, std::string_view argument) {
  const std::string text = text_of(call, argument);
  return text == "yes" || text == "true";
}

std::string with_ending(std::string name) { return name.ends_with(".backup") ? name : name + ".backup"; }

BackupCipher cipher_of(const CommandCall& call) {
  if (is_yes(call, "dont-encrypt") || text_of(call, "password").empty()) return BackupCipher::none;
  const std::string chosen = text_of(call, "encryption");
  if (chosen.empty() || chosen == "aes-sha256") return BackupCipher::aes;
  if (chosen == "rc4") return BackupCipher::rc4;
  throw ScriptError("input does not match any value of encryption");
}

}  // namespace

std::string Job::backup(BackupCipher cipher, std::string_view password) {
  std::string salt;
  for (int i = 0; i < 32; ++i) salt += static_cast<char>(router_.rng().below(256));
  return seal_backup(save_rows(router_.config()), cipher, password, salt);
}

Value Job::backup_save(const CommandCall& call) {
  require(Policy::ftp);
  const std::string name = text_of(call, "name");
  write_file(with_ending(name.empty() ? router_.identity() : name), backup(cipher_of(call), text_of(call, "password")));
  put("Configuration backup saved");
  return {};
}

Value Job::backup_load(const CommandCall& call) {
  require(Policy::policy);
  const std::string name = text_of(call, "name");
  if (name.empty()) throw ScriptError("missing value(s) of argument(s) name");
  const StoredFile* file = router_.files().find(name);
  if (file == nullptr) file = router_.files().find(with_ending(name));
  if (file == nullptr) throw ScriptError("failure: " + name + " not found");
  OpenedBackup opened = open_backup(file->contents, text_of(call, "password"));
  if (opened.fault == BackupFault::wrong_password) throw ScriptError("failure: wrong password");
  if (opened.fault) throw ScriptError("failure: this is not a backup file");
  Config trial = router_.config();
  if (!load_rows(trial, opened.records)) throw ScriptError("failure: this is not a backup file");
  put("Restoring system configuration");
  put("System configuration restored, rebooting now");
  Router& router = router_;
  router.power_soon([&router, records = std::move(opened.records)]() mutable { router.restore_backup(std::move(records)); });
  return {};
}

Value Job::reset_configuration(const CommandCall& call) {
  confirm("Dangerous! Reset anyway? [y/N]: ");
  PendingReset reset;
  reset.defaults = is_yes(call, "no-defaults") ? DefaultConfiguration::none : DefaultConfiguration::factory;
  reset.keep_users = is_yes(call, "keep-users");
  reset.run_after = text_of(call, "run-after-reset");
  if (!reset.run_after.empty() && router_.files().find(reset.run_after) == nullptr) throw ScriptError("failure: " + reset.run_after + " not found");
  if (!is_yes(call, "skip-backup")) write_file("auto-before-reset.backup", backup(BackupCipher::none, {}));
  Router& router = router_;
  router.power_soon([&router, reset] { router.reset_configuration(reset); });
  return {};
}

}  // namespace openstrat::sim
