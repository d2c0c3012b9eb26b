#include "sim/device/router.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/config/dates.hpp"
#include "sim/config/export.hpp"
#include "sim/behaviour/device_mode.hpp"
#include "sim/device/change_history.hpp"
#include "sim/device/job.hpp"
#include "sim/device/network.hpp"
#include "sim/device/sensors.hpp"

namespace openstrat::sim {
namespace {

constexpr std::uint64_t kSmallDisk = 16ULL << 20;
constexpr Version kV7{7, 0, 0};
constexpr Duration kUntilWritten = std::chrono::milliseconds(400);
constexpr RowId kUplink = 1;  ///< ether1 is the first interface of every model
constexpr Duration kUntilDown = std::chrono::seconds(2);

constexpr Version kWirelessApart{7, 13, 0};

std::vector<std::string_view> packages(const RouterSpec& spec) {
  std::vector<std::string_view> out{"routeros"};
  if (spec.version < kV7) out = {"advanced-tools", "dhcp", "hotspot", "ipv6", "mpls", "ppp", "routing", "security", "system", "wireless"};
  for (const std::string_view extra : packages_of(*spec.model, spec.packages).names()) {
    if (extra != "wireless" || spec.version >= kWirelessApart) out.push_back(extra);
  }
  return out;
}

}  // namespace

Router::Router(Services& services, RouterSpec spec)
    : services_(services),
      spec_(std::move(spec)),
      firmware_(spec_.version),
      facts_(*this),
      config_(new_config(*spec_.model, spec_.version, spec_.defaults, spec_.permissive, spec_.packages)),
      lookup_(&SchemaLookup::of(config_.view())),
      session_{.personality = Personality(spec_.version), .menus = lookup_, .cache = &services.cache, .limits = {}},
      files_(config_, spec_.model->disk_bytes <= kSmallDisk, spec_.model->disk_bytes / 5),
      wall_(config_),
      logbook_(*this),
      scheduler_(services.loop, config_, [this] { return clock(); }, [this](RowId row) { run_scheduled(row); }) {
  network_ = std::make_unique<Network>(*this);
  if (spec_.identity.empty()) return;
  if (config_.record("/system/identity") == nullptr) config_.edit("/system/identity").insert(Row{}, 0);
  config_.assign("/system/identity", 0, "name", spec_.identity);
}

Router::~Router() {
  go_down();
  while (!jobs_.empty()) {
    const std::shared_ptr<Job> job = jobs_.begin()->second;
    job->end_now();
  }
}

void Router::power_on() {
  if (power_ != Power::off) return;
  if (!ran_before_) return boot();
  power_ = Power::booting;
  const auto wait = std::chrono::milliseconds(12'000 + static_cast<std::int64_t>(rng().below(20'000)));
  boot_timer_ = services_.loop.after(wait, [this] {
    boot_timer_.reset();
    boot();
  });
}

void Router::boot() {
  install_pending();
  power_ = Power::on;
  booted_ = services_.loop.elapsed();
  ran_before_ = true;
  ++boots_;
  logbook_.booted();
  scheduler_.start();
  network_->start();
  run_after_reset();
  tell_power(true);
}

void Router::power_soon(std::function<void()> change) {
  if (power_timer_) services_.loop.cancel(*power_timer_);
  power_timer_ = services_.loop.after(kUntilDown, [this, change = std::move(change)] {
    power_timer_.reset();
    change();
  });
}

void Router::write_file_soon(std::string name, std::string contents) {
  writing_.push_back(services_.loop.after(kUntilWritten, [this, name = std::move(name), contents = std::move(contents)]() mutable {
    writing_.erase(writing_.begin());  // timers of equal length end in order
    if (!files_.write(name, std::move(contents), clock())) write_log("system,error", "not enough disk space");
  }));
}

void Router::go_down() {
  for (const EventLoop::TimerId& timer : std::exchange(writing_, {})) services_.loop.cancel(timer);
  if (power_timer_) services_.loop.cancel(*power_timer_);
  power_timer_.reset();
  if (boot_timer_) services_.loop.cancel(*boot_timer_);
  boot_timer_.reset();
  if (reset_timer_) services_.loop.cancel(*reset_timer_);
  reset_timer_.reset();
  const bool was_on = power_ == Power::on;
  power_ = Power::off;
  if (was_on) tell_power(false);
  scheduler_.stop();
  network_->stop();
  for (const auto& [id, job] : std::map(jobs_)) job->kill();
  globals_.clear();
  files_.lose_ram();
  for (const std::string_view menu : {"/ip/firewall/address-list", "/ipv6/firewall/address-list", "/user/active"}) {
    std::vector<RowId> lost;
    for (const FoundRow& found : config_.rows(menu)) {
      if (found.row->dynamic) lost.push_back(found.row->id);
    }
    if (!lost.empty()) config_.remove(menu, lost);
  }
}

void Router::power_off() {
  if (power_ == Power::off) return;
  if (pending_mode_ && elapsed() <= pending_mode_->until) set_device_mode(pending_mode_->changes);
  pending_mode_.reset();
  go_down();
  logbook_.power_lost();
  write_log("system,error,critical", "router was rebooted without proper shutdown, probably power outage");
}

void Router::reboot(std::string_view why) {
  if (power_ != Power::on) return;
  go_down();
  logbook_.power_lost();
  write_log("system,error,critical", why);
  power_on();
}

void Router::set_link(bool up) {
  if (link_ == up) return;
  link_ = up;
  network_->change_world([up](World& world) { world.link = up; });
  if (power_ != Power::on) return;
  write_log("interface,info", up ? "ether1 link up (speed 1G, full duplex)" : "ether1 link down");
  tell_rows("/interface/ethernet", kUplink, Change::changed);
}

bool Router::online() const { return link_ && network_->online(); }

void Router::ask_device_mode(std::vector<std::pair<std::string, std::string>> changes, Duration patience) {
  pending_mode_ = PendingMode{std::move(changes), elapsed() + patience};
}

void Router::set_device_mode(const std::vector<std::pair<std::string, std::string>>& changes) {
  if (config_.record("/system/device-mode") == nullptr) config_.edit("/system/device-mode").insert(Row{}, 0);
  for (const auto& [feature, value] : changes) config_.assign("/system/device-mode", 0, intern_name(feature), value);
}

void Router::skew_clock(Duration by) {
  wall_.skew(by);
  scheduler_.clock_changed();
}

Version Router::latest_version() const {
  return spec_.version >= kV7 ? std::max(spec_.version, Version{7, 24, 0}) : std::max(spec_.version, Version{6, 49, 19});
}

Rng& Router::rng() {
  if (rng_ == nullptr) rng_ = std::make_unique<SeededRng>(spec_.seed);
  return *rng_;
}

RouterGlobals& Router::globals(std::string_view user) {
  const auto known = globals_.find(user);
  return known == globals_.end() ? globals_[std::string(user)] : known->second;
}

std::vector<std::pair<std::string, std::string>> Router::global_names() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [user, globals] : globals_) {
    for (const std::string& name : globals.names()) all.emplace_back(user, name);
  }
  return all;
}

std::string Router::identity() const {
  const Row* record = config_.record("/system/identity");
  const std::string* name = record == nullptr ? nullptr : record->find("name");
  return name == nullptr ? "MikroTik" : *name;
}

std::optional<std::string> Router::static_address(std::string_view name) const {
  for (const FoundRow& found : config_.rows("/ip/dns/static")) {
    const std::string* known = found.row->find("name");
    const std::string* address = found.row->find("address");
    if (known != nullptr && address != nullptr && *known == name) return *address;
  }
  return std::nullopt;
}

std::string Router::export_text(bool show_secrets) { return export_config(config_, facts_, {.show_secrets = show_secrets}); }

std::optional<std::uint64_t> Router::run(JobRequest request) {
  if (power_ != Power::on || jobs_.size() >= kMaxJobs) return std::nullopt;
  const std::uint64_t id = next_job_++;
  auto job = std::make_shared<Job>(*this, id, std::move(request));
  jobs_.emplace(id, job);
  job->start();
  return id;
}

void Router::kill(std::uint64_t id) {
  if (const auto known = jobs_.find(id); known != jobs_.end()) known->second->kill();
}

std::string Router::source_of(std::string_view name_or_source) const {
  const FoundRow script = config_.find_named("/system/script", name_or_source);
  const std::string* source = script ? script.row->find("source") : nullptr;
  return source == nullptr ? std::string(name_or_source) : *source;
}

void Router::run_scheduled(RowId row) {
  if (!device_allows(config_, "scheduler")) return;
  const FoundRow item = config_.find("/system/scheduler", row);
  if (!item) return;
  const std::string* event = item.row->find("on-event");
  const std::string* policy = item.row->find("policy");
  const std::string* name = item.row->find("name");
  if (event == nullptr) return;
  JobRequest request;
  request.source = source_of(*event);
  request.name = name == nullptr ? "" : *name;
  request.type = "scheduler";
  request.policies = policy == nullptr ? Policies::all() : Policies::parse(*policy);
  const std::string* owner = item.row->find("owner");
  if (owner != nullptr) request.user = *owner;
  if (const auto allowed = policies_of(request.user)) request.policies = request.policies & *allowed;
  request.policies = policies_for(*event, request.policies);
  if (!run(std::move(request))) write_log("script,error", "too many scripts are running, a scheduled one was not started");
}

void Router::ended(Job& job, const JobOutcome& outcome) {
  const JobRequest& request = job.request();
  if (outcome.error && !request.type.ends_with("login")) {
    const std::string from = request.type == "scheduler" ? fmt::format(" from scheduler ({})", request.name) : std::string();
    const std::string reason = session_.personality.has(Feature::error_text_in_log) ? " (" + *outcome.error + ")" : std::string();
    write_log("script,error", fmt::format("executing script{} failed, please check it manually{}", from, reason));
    if (services_.observer != nullptr) services_.observer->script_failed(*this, *outcome.error);
  }
  const auto done = std::move(request.done);
  const std::shared_ptr<Job> kept = std::move(jobs_.extract(job.id()).mapped());
  if (done) done(outcome);
}

void Router::write_log(std::string_view topics, std::string_view message) {
  if (logbook_.write(topics, message)) tell_rows("/log", log().added(), Change::added);
}

Watch Router::watch_power(std::function<void(bool on)> changed) {
  const auto kept = std::make_shared<std::function<void(bool)>>(std::move(changed));
  power_watches_.push_back(kept);
  return kept;
}

Watch Router::watch_rows(std::string_view menu, std::function<void(RowId row, Change change)> changed) {
  const auto kept = std::make_shared<std::function<void(RowId, Change)>>(std::move(changed));
  row_watches_.push_back({std::string(menu), kept});
  return kept;
}

/// Who is told may start and end watches meanwhile.
void Router::tell_power(bool on) {
  std::erase_if(power_watches_, [](const auto& watch) { return watch.expired(); });
  for (const auto& watch : std::vector(power_watches_)) {
    if (const auto changed = watch.lock()) (*changed)(on);
  }
}

void Router::tell_rows(std::string_view menu, RowId row, Change change) {
  if (row_watches_.empty()) return;
  std::erase_if(row_watches_, [](const RowWatch& watch) { return watch.changed.expired(); });
  const Menu* known = config_.schema().find(menu);
  const bool interface = known != nullptr && !known->interface_type.empty();
  std::vector<std::shared_ptr<std::function<void(RowId, Change)>>> told;
  for (const RowWatch& watch : row_watches_) {
    if (watch.menu != menu && !(interface && watch.menu == "/interface")) continue;
    if (auto changed = watch.changed.lock()) told.push_back(std::move(changed));
  }
  for (const auto& changed : told) (*changed)(row, change);
}

Policies Router::policies_for(const Row& script, Policies caller) const {
  const std::string* words = script.find("policy");
  const std::string* free = script.find("dont-require-permissions");
  const Policies own = words == nullptr ? Policies::all() : Policies::parse(*words);  // unset: the default, which is everything of scripts
  return free != nullptr && *free == "yes" ? own : own & caller;
}

Policies Router::policies_for(std::string_view name_or_source, Policies caller) const {
  const FoundRow script = config_.find_named("/system/script", name_or_source);
  return script ? policies_for(*script.row, caller) : caller;
}

std::optional<Policies> Router::policies_of(std::string_view user) const {
  const FoundRow account = config_.find_named("/user", user);
  const std::string* group = account ? account.row->find("group") : nullptr;
  const FoundRow found = group == nullptr ? FoundRow{} : config_.find_named("/user/group", *group);
  if (!found) return std::nullopt;
  const std::string* words = found.row->find("policy");
  return words == nullptr ? Policies::none() : Policies::parse(*words);
}

void Router::replace_rows(std::string_view menu, std::vector<Row> rows) {
  std::vector<RowId> old;
  for (const FoundRow& found : config_.rows(menu)) old.push_back(found.row->id);
  if (!old.empty()) config_.remove(menu, old);
  for (Row& row : rows) config_.insert(menu, std::move(row));
}

void Router::refresh(std::string_view menu) {
  network_->refresh(menu);
  std::vector<Row> rows;
  const auto add = [&](RowId id, std::initializer_list<std::pair<std::string_view, std::string>> fields) {
    Row row{.id = id};
    for (const auto& [name, value] : fields) row.set(name, value);
    rows.push_back(std::move(row));
  };
  if (menu == "/log") {
    for (const LogLine& line : log().lines()) {
      add(line.number, {{"time", format_date_time(line.time, spec_.version)}, {"topics", line.topics}, {"message", line.message}, {"buffer", line.buffer}});
    }
  } else if (menu == "/system/script/job") {
    for (const auto& [id, job] : jobs_) {
      add(id, {{"owner", job->request().user}, {"type", job->request().type}, {"started", format_date_time(job->started(), spec_.version)}, {"script", job->request().name},
               {"policy", job->request().policies.to_string()}});
    }
  } else if (menu == "/system/script/environment") {
    for (const auto& [user, name] : global_names()) add(rows.size() + 1, {{"name", name}, {"value", globals(user).find(name)->to_quoted()}, {"user", user}});
  } else if (menu == "/system/history") {
    rows = extension<ChangeHistory>().rows();
  } else if (menu == "/ip/neighbor") {
    rows = neighbour_rows();
  } else if (menu == "/system/health") {
    if (spec_.version < kV7) return;  // a record of facts there
    for (const Sensor& sensor : sensors_of(*this)) add(rows.size() + 1, {{"name", std::string(sensor.name)}, {"value", sensor.text()}, {"type", std::string(sensor.type())}});
  } else if (menu == "/system/package") {
    for (const std::string_view name : packages(spec_)) {
      add(rows.size() + 1, {{"name", std::string(name)}, {"version", spec_.version.to_string()}});
    }
  } else {
    return;
  }
  replace_rows(menu, std::move(rows));
}

void Router::row_changed(std::string_view menu, RowId row, Change change) {
  apply_change(menu, row, change);
  tell_rows(menu, row, change);
}

void Router::apply_change(std::string_view menu, RowId row, Change change) {
  const bool removed = change == Change::removed;
  network_->row_changed(menu, row, change);
  if (menu.starts_with("/system/clock")) {
    wall_.rows_changed(config_, services_.loop.now());
    return scheduler_.clock_changed();
  }
  if (menu == "/system/scheduler") return removed ? scheduler_.row_removed(row) : scheduler_.row_changed(row);
  if (menu == "/system/script/job" && removed) return kill(row);
  if (menu == "/system/script/environment" && removed) {
    const auto names = global_names();
    if (row >= 1 && row <= names.size()) globals(names[row - 1].first).erase(names[row - 1].second);
    return;
  }
  if (menu != "/file") return;
  if (removed) return files_.row_removed(row);
  if (!files_.row_written(row, clock())) throw ScriptError("failure: not enough disk space");
}

}  // namespace openstrat::sim
