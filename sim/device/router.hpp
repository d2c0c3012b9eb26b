// One simulated router: configuration, files, variables, log, scheduler, clock, power and link.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <vector>

#include "base/rng.hpp"
#include "base/worker_pool.hpp"
#include "ros_menus/lookup.hpp"
#include "sim/config/commands.hpp"
#include "sim/config/models.hpp"
#include "sim/device/event_loop.hpp"
#include "sim/device/facts.hpp"
#include "sim/device/fiber.hpp"
#include "sim/device/files.hpp"
#include "sim/device/globals.hpp"
#include "sim/device/logbook.hpp"
#include "sim/device/policies.hpp"
#include "sim/device/resolver.hpp"
#include "sim/device/scheduler.hpp"
#include "sim/device/terminal.hpp"
#include "sim/device/transfer.hpp"
#include "sim/device/wall_clock.hpp"
#include "sim/lang/interpreter.hpp"
#include "sim/lang/names.hpp"
#include "sim/lang/parse_cache.hpp"

namespace openstrat::sim {

class Job;
class Network;
class NetworkNamespace;
class Router;

/// Where a router's services (API, SSH, …) listen; nowhere unless an address is given.
struct ListenPlan {
  enum class Ports { real, offset, any };
  std::string address;
  Ports ports = Ports::real;
  std::uint16_t offset = 0;  ///< added to the router's own port numbers; `any` takes free ports, for tests
};

/// What a router is from birth.
struct RouterSpec {
  const Model* model = nullptr;
  Version version;
  std::string identity;        ///< empty: `MikroTik`
  std::string serial;          ///< of the board; not on CHR
  std::string software_id;     ///< system-id on CHR
  DefaultConfiguration defaults = DefaultConfiguration::factory;
  bool permissive = false;     ///< unknown menus and properties are kept
  PackageSet packages = {};    ///< extra ones, beside those of the model
  std::uint64_t seed = 1;
  std::string source_address;  ///< of its connections; empty: the machine chooses
  std::shared_ptr<const std::vector<std::string>> detours;  ///< `HOST:PORT:ADDRESS:PORT`: where connections really go; null: where they say
  ListenPlan listen = {};
  std::shared_ptr<const NetworkNamespace> network_namespace = {};  ///< where its sockets are; null: the machine's own network
};

struct FetchReport {
  std::string_view url;
  bool upload = false;
  bool ok = false;
  std::string_view error;
};

/// Told about what routers do; called on the loop's thread.
class RouterObserver {
 public:
  virtual ~RouterObserver() = default;
  virtual void fetched(Router& router, const FetchReport& report) = 0;
  virtual void script_failed(Router& router, const std::string& reason) = 0;
};

/// What all routers of a process share. Outlives them.
struct Services {
  explicit Services(const LoopOptions& options) : loop(options), transfers(loop), resolver(loop), cache(16 << 20), slow_work("sim-work", 1, 1024) {}
  EventLoop loop;
  StackPool stacks;
  Transfers transfers;
  Resolver resolver;
  ParseCache cache;
  WorkerPool slow_work;  ///< what would hold up the loop: keys
  RouterObserver* observer = nullptr;
  const std::vector<Router*>* neighbours = nullptr;  ///< of one segment, which discover each other; null: nobody discovers anybody
  std::size_t log_lines = 1000;  ///< of a router's memory log at most, whatever it is told to keep
};

struct JobOutcome {
  std::optional<std::string> error;  ///< the router's words, with the place where it has one
  std::optional<std::string> words;  ///< the same without the place of a running script: what a terminal shows
  bool killed = false;
  Value value;                       ///< of `:return`
};

struct JobRequest {
  std::string source;
  std::string name;               ///< of the script, for /system script job
  std::string type = "command";   ///< `scheduler`, `command`; people's own end in `login` (`api-login`) and leave no trace in the log when they fail
  Policies policies = Policies::all();
  std::string user = "admin";
  /// Runs instead of `source`, on the same fiber: for protocols that have their calls in structured form. Throws what a Host throws.
  std::function<Value(Host&)> task = {};
  DirId context = DirId::root;                              ///< menu in force at the start of `source`
  std::shared_ptr<PrintedRows> printed = nullptr;           ///< of the session; null: the script has its own
  std::weak_ptr<Terminal> terminal = {};                    ///< none: nobody looks, or answers
  std::vector<std::pair<std::string, Value>> variables = {};  ///< what the event supplies to `source`
  std::function<void(std::string_view)> output = {};        ///< gets each line; none: nobody looks
  std::function<void(const JobOutcome&)> done = {};
};

enum class Power { off, booting, on };

/// `/system reset-configuration`, done with the next boot.
struct PendingReset {
  DefaultConfiguration defaults = DefaultConfiguration::factory;
  bool keep_users = false;
  std::string run_after;  ///< file that runs once after it; empty: none
};

/// Somebody is told of something for as long as this lives.
using Watch = std::shared_ptr<void>;

class Router {
 public:
  static constexpr std::size_t kMaxJobs = 40;

  Router(Services& services, RouterSpec spec);
  ~Router();  ///< the loop must not be inside one of its scripts; ends them
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  void power_on();    ///< boots at once the first time, later after the usual wait
  void power_off();   ///< pulls the plug
  void reboot(std::string_view why);
  /// A script asked for it: happens a moment later, so that the script can still report.
  void power_soon(std::function<void()> change);
  /// `changed` is called once the router has booted (true), and when it goes down (false).
  [[nodiscard]] Watch watch_power(std::function<void(bool on)> changed);
  /// After rows of `menu` were added, changed, moved or removed; `/interface` is told of the rows of all interfaces,
  /// a singleton's row is 0. May be called inside a running script: do not wait in it.
  [[nodiscard]] Watch watch_rows(std::string_view menu, std::function<void(RowId row, Change change)> changed);
  /// An export that is still being written: the file is there a moment later, unless power fails first.
  void write_file_soon(std::string name, std::string contents);
  void set_link(bool up);
  /// A change of /system device-mode that the next loss of power confirms.
  void ask_device_mode(std::vector<std::pair<std::string, std::string>> changes, Duration patience);
  void set_device_mode(const std::vector<std::pair<std::string, std::string>>& changes);
  void skew_clock(Duration by);
  void upgrade(const Version& version);  ///< with the next boot
  void reset_configuration(const PendingReset& reset);
  void restore_backup(std::string records);  ///< rows as save_rows() wrote them

  /// Starts a script; nullopt when the router is down or has too many running. `done` always comes later, or never if
  /// the job could not be started.
  std::optional<std::uint64_t> run(JobRequest request);
  void kill(std::uint64_t job);

  const RouterSpec& spec() const { return spec_; }
  const Version& version() const { return spec_.version; }
  const Version& firmware() const { return firmware_; }
  Version latest_version() const;
  Power power() const { return power_; }
  bool link() const { return link_; }
  bool online() const;  ///< has a link, and nobody took away the way that its own connections go
  Timestamp clock() const { return wall_.local(services_.loop.now()); }  ///< in its own time zone
  const WallClock& wall() const { return wall_; }
  Timestamp utc() const { return wall_.utc(services_.loop.now()); }  ///< what it takes for UTC
  Duration elapsed() const { return services_.loop.elapsed(); }
  /// How often it has started.
  std::int32_t boots() const { return boots_; }
  Duration uptime() const { return power_ == Power::on ? services_.loop.elapsed() - booted_ : Duration(0); }

  Config& config() { return config_; }
  const Config& config() const { return config_; }
  FileStore& files() { return files_; }
  const FileStore& files() const { return files_; }
  /// Each user has its own, until the router reboots.
  RouterGlobals& globals(std::string_view user = "admin");
  Network& network() { return *network_; }
  const Network& network() const { return *network_; }
  const Scheduler& scheduler() const { return scheduler_; }
  const LogRing& log() const { return logbook_.memory(); }
  Logbook& logbook() { return logbook_; }
  RouterFacts& facts() { return facts_; }
  Rng& rng();
  Services& services() { return services_; }
  const Session& session() const { return session_; }
  const SchemaLookup& lookup() const { return *lookup_; }
  std::string identity() const;
  /// What `/ip dns static` says of a name.
  std::optional<std::string> static_address(std::string_view name) const;
  std::string export_text(bool show_secrets);
  std::size_t job_count() const { return jobs_.size(); }
  /// PEM of the certificates that were imported.
  const std::string& authorities() const { return authorities_; }
  void trust(std::string_view pem) { authorities_ += pem; }

  void write_log(std::string_view topics, std::string_view message);
  /// Makes the rows of menus that show what is going on (`/log`, jobs) before a command reads them.
  void refresh(std::string_view menu);
  void row_changed(std::string_view menu, RowId row, Change change);
  /// What a room above keeps for this router (accounts, certificates, agents): a T(Router&), made when first asked for,
  /// there until the router goes.
  template <class T>
  T& extension() {
    std::shared_ptr<void>& slot = extensions_[typeid(T)];
    if (slot == nullptr) slot = std::make_shared<T>(*this);
    return *static_cast<T*>(slot.get());
  }
  /// What a script may do when somebody with these policies runs it: `dont-require-permissions` gives it its own.
  Policies policies_for(const Row& script, Policies caller) const;
  /// The same for the name of a script, or a text, which has none of its own.
  Policies policies_for(std::string_view name_or_source, Policies caller) const;
  /// What a user may do; nothing if there is no such user.
  std::optional<Policies> policies_of(std::string_view user) const;
  /// The source of `/system script` with that name, else the text itself.
  std::string source_of(std::string_view name_or_source) const;

 private:
  friend class Job;
  void boot();
  void go_down();
  void install_pending();
  void run_after_reset();
  void run_scheduled(RowId row);
  void ended(Job& job, const JobOutcome& outcome);
  void replace_rows(std::string_view menu, std::vector<Row> rows);
  /// User and name of each variable, in the order of their rows.
  std::vector<std::pair<std::string, std::string>> global_names() const;
  std::vector<Row> neighbour_rows() const;
  void apply_change(std::string_view menu, RowId row, Change change);
  void tell_power(bool on);
  void tell_rows(std::string_view menu, RowId row, Change change);

  Services& services_;
  RouterSpec spec_;
  Version firmware_;
  RouterFacts facts_;
  Config config_;
  const SchemaLookup* lookup_;
  Session session_;
  FileStore files_;
  std::map<std::string, RouterGlobals, std::less<>> globals_;  ///< by user
  WallClock wall_;
  Logbook logbook_;
  Scheduler scheduler_;
  std::unique_ptr<SeededRng> rng_;
  std::map<std::uint64_t, std::shared_ptr<Job>> jobs_;
  std::uint64_t next_job_ = 0x10;
  std::string authorities_;
  Power power_ = Power::off;
  bool link_ = true;
  Duration booted_{0};
  bool ran_before_ = false;
  std::int32_t boots_ = 0;
  std::optional<EventLoop::TimerId> boot_timer_;   ///< while booting
  std::vector<EventLoop::TimerId> writing_;        ///< exports on their way to the disk
  std::optional<EventLoop::TimerId> power_timer_;  ///< a reboot that a script asked for
  std::optional<Version> pending_version_;
  std::optional<PendingReset> pending_reset_;
  std::optional<std::string> pending_backup_;
  std::string after_reset_;                          ///< file to run once the router is up
  std::optional<EventLoop::TimerId> reset_timer_;    ///< ends what runs after a reset
  struct PendingMode {
    std::vector<std::pair<std::string, std::string>> changes;
    Duration until{0};
  };
  std::optional<PendingMode> pending_mode_;
  std::unique_ptr<Network> network_;
  struct RowWatch {
    std::string menu;
    std::weak_ptr<std::function<void(RowId, Change)>> changed;
  };
  std::vector<RowWatch> row_watches_;
  std::vector<std::weak_ptr<std::function<void(bool)>>> power_watches_;
  std::map<std::type_index, std::shared_ptr<void>> extensions_;  ///< the last member: they may use all of the router while they go
};

}  // namespace openstrat::sim
