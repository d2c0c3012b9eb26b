// One running script: the Host of the language on a fiber.
#pragma once

#include <memory>
#include <string>

#include "sim/config/commands.hpp"
#include "sim/device/router.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {

struct FetchPlan;
enum class BackupCipher;

/// Owned by its router until it has ended.
class Job final : public Host, public std::enable_shared_from_this<Job>, private ConfigEvents {
 public:
  Job(Router& router, std::uint64_t id, JobRequest request);

  void start();  ///< soon, on the loop
  void kill();
  void end_now();  ///< kill, and run to the end before it returns; from the loop's stack

  std::uint64_t id() const { return id_; }
  const JobRequest& request() const { return request_; }
  Timestamp started() const { return started_; }

  // Host
  Value run_command(const CommandCall& call) override;
  void put(std::string_view line) override;
  void log(std::string_view topics, std::string_view message) override;
  void delay(std::chrono::nanoseconds length) override;
  Timestamp now() override { return router_.utc(); }
  Value execute(const ExecuteRequest& request) override;
  Value resolve(std::string_view name, std::string_view server, std::string_view type) override;
  Globals& globals() override { return router_.globals(request_.user); }
  Rng& rng() override { return router_.rng(); }
  std::string job_name() override { return request_.name; }
  void tick() override;

  // For commands that act.
  Router& router() { return router_; }
  void require(Policy policy) const;
  /// Throws where a command runs inside of a condition, which must not wait.
  void refuse_waiting() const;
  void write_file(std::string_view name, std::string contents, bool append = false);
  /// Asks whoever sits at the terminal; fails unless the answer is yes. Yes where nobody does.
  void confirm(std::string_view question);
  /// Runs something slow on another thread and waits for it. It must own what it uses: the script may be killed meanwhile.
  void elsewhere(std::function<void()> work);

 private:
  struct Action;
  static const Action* find_action(std::string_view menu, std::string_view name);

  // ConfigEvents
  void row_changed(std::string_view menu, RowId row, Change change) override;
  void print(std::string_view line) override { put(line); }
  std::size_t line_width() const override;
  void save_file(std::string_view name, std::string contents, bool append) override;
  void save_export(std::string_view name, std::string contents) override;

  // Waiting: take a token, arrange for wake(token), then wait().
  std::uint64_t begin_wait() { return ++wait_; }
  void wait();
  void wake(std::uint64_t token);
  void resume();

  void body();
  JobOutcome run_task();
  JobOutcome run_source(std::string source, DirId context = DirId::root, std::span<const NamedValue> variables = {});
  void wait_for_room();
  Value run_owned(const CommandCall& call);
  /// `print interval=`, `follow` and `follow-only`: until somebody ends it.
  Value print_on(const CommandCall& call);
  Session own_session() const;
  void check_policy(const CommandCall& call) const;

  // Commands that act, by menu (actions.cpp, actions_files.cpp, actions_network.cpp, fetch_action.cpp).
  Value fetch(const CommandCall& call);
  TransferResult transfer(TransferRequest request);
  Value fetched(const FetchPlan& plan, TransferResult result, const CommandCall& call);
  Value ping(const CommandCall& call);
  Value reset_counters(const CommandCall& call);
  Value flush_names(const CommandCall& call);
  Value hotspot_login(const CommandCall& call);
  Value update_device_mode(const CommandCall& call);
  Value import(const CommandCall& call);
  void import_whole(const std::string& text);
  void import_by_lines(const std::string& text, std::uint32_t from_line, bool dry_run);
  Value file_read(const CommandCall& call);
  Value generate_otp(const CommandCall& call);
  std::string backup(BackupCipher cipher, std::string_view password);
  Value backup_save(const CommandCall& call);
  Value backup_load(const CommandCall& call);
  Value script_run(const CommandCall& call);
  Value reboot(const CommandCall& call);
  void reboot_soon();
  Value shutdown(const CommandCall& call);
  Value reset_configuration(const CommandCall& call);
  Value check_for_updates(const CommandCall& call);
  Value install_update(const CommandCall& call);
  Value quit(const CommandCall& call);
  Value ssh_keys_import(const CommandCall& call);
  Value ssh_keys_add(const CommandCall& call);
  Value host_key_regenerate(const CommandCall& call);
  Value host_key_export(const CommandCall& call);
  Value host_key_import(const CommandCall& call);
  void keep_public_key(const std::string& user, std::string_view text, const CallArgument* owner);
  Value clear_log(const CommandCall& call);
  Value password(const CommandCall& call);
  Value inspect(const CommandCall& call);

  Router& router_;
  const std::uint64_t id_;
  JobRequest request_;
  const Timestamp started_;
  ConfigCommands commands_;
  std::unique_ptr<Fiber> fiber_;
  std::uint64_t wait_ = 0;
  bool suspended_ = false;
  bool killed_ = false;
  bool ended_ = false;
  int reading_ = 0;      ///< inside a command of the configuration: rows must stay where they are
  std::uint64_t ticks_ = 0;
  std::optional<std::string> fatal_;  ///< an error that no `on-error` catches
  JobOutcome outcome_;
};

}  // namespace openstrat::sim
