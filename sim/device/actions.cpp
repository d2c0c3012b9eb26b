// Commands that act: power, scripts, packages.
#include <algorithm>

#include <fmt/core.h>

#include "sim/device/action.hpp"
#include "sim/device/actions_certificates.hpp"
#include "sim/device/change_history.hpp"

namespace openstrat::sim {
namespace {

Value undo(Job& job, const CommandCall&) {
  if (!job.router().extension<ChangeHistory>().undo()) throw ScriptError("failure: nothing to undo");
  return {};
}

Value redo(Job& job, const CommandCall&) {
  if (!job.router().extension<ChangeHistory>().redo()) throw ScriptError("failure: nothing to redo");
  return {};
}

}  // namespace

const Job::Action* Job::find_action(std::string_view menu, std::string_view name) {
  static constexpr Action kActions[] = {
      {"/tool", "fetch", Policy::test, &Job::fetch},
      {"/", "import", Policy::read, &Job::import},
      {"/", "ping", Policy::test, &Job::ping},
      {"/tool", "ping", Policy::test, &Job::ping},
      {"/console", "inspect", Policy::read, &Job::inspect},
      {"/ip/dhcp-client", "release", Policy::write, nullptr, &release_client},
      {"/ip/dhcp-server/lease", "make-static", Policy::write, nullptr, &make_lease_static},
      {"/ip/dns/cache", "flush", Policy::write, &Job::flush_names},
      {"/ip/hotspot/active", "login", Policy::write, &Job::hotspot_login},
      {"/system/device-mode", "update", Policy::policy, &Job::update_device_mode},
      {"/", "password", Policy::password, &Job::password},
      {"/", "quit", Policy::read, &Job::quit},
      {"/", "exit", Policy::read, &Job::quit},
      {"/file", "read", Policy::read, &Job::file_read},
      {"/certificate", "sign", Policy::write, nullptr, &certificate_sign},
      {"/certificate", "import", Policy::write, nullptr, &certificate_import},
      {"/certificate", "export-certificate", Policy::write, nullptr, &certificate_export},
      {"/certificate", "issued-revoke", Policy::write, nullptr, &certificate_revoke},
      {"/certificate/scep-server/otp", "generate", Policy::write, &Job::generate_otp},
      {"/system/backup", "save", Policy::write, &Job::backup_save},
      {"/system/backup", "load", Policy::write, &Job::backup_load},
      {"/system/script", "run", Policy::read, &Job::script_run},
      {"/user/ssh-keys", "import", Policy::write, &Job::ssh_keys_import},
      {"/user/ssh-keys", "add", Policy::write, &Job::ssh_keys_add},
      {"/ip/ssh", "regenerate-host-key", Policy::write, &Job::host_key_regenerate},
      {"/ip/ssh", "export-host-key", Policy::write, &Job::host_key_export},
      {"/ip/ssh", "import-host-key", Policy::write, &Job::host_key_import},
      {"/system/logging/action", "clear", Policy::write, &Job::clear_log},
      {"/system", "reboot", Policy::reboot, &Job::reboot},
      {"/system", "shutdown", Policy::reboot, &Job::shutdown},
      {"/system", "reset-configuration", Policy::policy, &Job::reset_configuration},
      {"/system/package/update", "check-for-updates", Policy::write, &Job::check_for_updates},
      {"/system/package/update", "install", Policy::write, &Job::install_update},
      {"/", "undo", Policy::write, nullptr, &undo},
      {"/", "redo", Policy::write, nullptr, &redo},
  };
  static constexpr Action kResetCounters{{}, "reset-counters", Policy::write, &Job::reset_counters};
  if (name == "reset-counters" || name == "reset-counters-all") return &kResetCounters;  // of many menus
  const auto found = std::find_if(std::begin(kActions), std::end(kActions), [&](const Action& action) { return action.menu == menu && action.name == name; });
  return found == std::end(kActions) ? nullptr : found;
}

Value Job::script_run(const CommandCall& call) {
  const CallArgument* number = call.find("number");
  if (number == nullptr) throw ScriptError("missing value(s) of argument(s) number");
  const Value name = number->value.is(Type::array) && number->value.as_array().size() == 1 ? *number->value.as_array().at(0) : number->value;
  const std::string text = name.to_text();
  const auto id = parse_id(text);
  const FoundRow row = id ? router_.config().find("/system/script", id->as_id()) : router_.config().find_named("/system/script", text);
  if (!row) throw ScriptError("no such item");
  const std::string* source = row.row->find("source");
  const Policies before = std::exchange(request_.policies, router_.policies_for(*row.row, request_.policies));
  JobOutcome outcome = run_source(source == nullptr ? std::string() : *source);
  request_.policies = before;
  if (outcome.killed) throw ScriptKilled();
  if (outcome.error) throw ScriptError(*outcome.error);
  return outcome.value;
}

Value Job::reboot(const CommandCall&) {
  confirm("Reboot, yes? [y/N]: ");
  put("system will reboot shortly");
  reboot_soon();
  return {};
}

void Job::reboot_soon() {
  Router& router = router_;
  router.power_soon([&router] { router.reboot("router rebooted by admin"); });
}

Value Job::shutdown(const CommandCall&) {
  confirm("Shutdown, yes? [y/N]: ");
  put("system will shutdown promptly");
  Router& router = router_;
  router.power_soon([&router] { router.power_off(); });
  return {};
}

Value Job::check_for_updates(const CommandCall& call) {
  delay(std::chrono::seconds(1));
  const Facts& facts = router_.facts();
  Array row;
  for (const std::string_view property : {"installed-version", "latest-version", "status"}) {
    if (auto value = facts.fact("/system/package/update", 0, property)) {
      if (!call.wants_value) put(fmt::format("  {:>17}: {}", property, value->to_text()));
      row.set(property, *std::move(value));
    }
  }
  return Value::array(std::move(row));
}

Value Job::install_update(const CommandCall&) {
  const Version latest = router_.latest_version();
  if (latest <= router_.version()) return {};
  router_.upgrade(latest);
  reboot_soon();
  return {};
}

/// Scripts of 6.x have no other source of random numbers: twenty hexadecimal digits.
Value Job::generate_otp(const CommandCall& call) {
  std::string password;
  while (password.size() < 20) password += "0123456789abcdef"[rng().below(16)];
  if (!call.has("as-value")) {
    put("password: " + password);
    return {};
  }
  Array answer;
  answer.set("password", Value::str(std::move(password)));
  return Value::array(std::move(answer));
}

Value Job::quit(const CommandCall&) {
  if (const auto terminal = request_.terminal.lock()) terminal->leave();
  throw ScriptKilled();
}

}  // namespace openstrat::sim
