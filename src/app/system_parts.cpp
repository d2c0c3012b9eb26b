#include "app/system_parts.hpp"

#include <algorithm>

#include "app/version.hpp"
#include "base/log.hpp"
#include "db/database.hpp"
#include "db/facts.hpp"
#include "http/router.hpp"
#include "platform/routes.hpp"

namespace openstrat::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

#ifdef NDEBUG
constexpr const char* kBuildType = "release";
#else
constexpr const char* kBuildType = "debug";
#endif

platform::Node self(const Instance& instance, const Clock& clock, const PublicUrls& urls) {
  return {.id = node_id(instance), .host = node_name(), .version = kVersion, .roles = instance.config().roles, .url = urls.api, .issuer = urls.auth,
          .started_at = clock.now(), .seen_at = {}};
}

std::int64_t age_s(const std::optional<Timestamp>& since, Timestamp now) {
  return since && *since < now ? std::chrono::duration_cast<std::chrono::seconds>(now - *since).count() : 0;
}

/// Bytes of the files below, without following links. Files that vanish meanwhile are left out.
std::int64_t bytes_below(const fs::path& directory) {
  std::error_code error;
  std::int64_t bytes = 0;
  for (fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    if (!at->is_regular_file(gone) || at->is_symlink(gone)) continue;
    const auto size = at->file_size(gone);
    if (!gone) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

platform::Check to_check(const Finding& finding) {
  using enum platform::CheckStatus;
  const auto status = finding.level == Finding::Level::error ? fail : finding.level == Finding::Level::warning ? warn : ok;
  return {.name = finding.what, .status = status, .message = finding.text, .next = finding.advice};
}

}  // namespace

std::string node_id(const Instance& instance) {
  std::error_code ignored;
  return node_name() + ":" + fs::weakly_canonical(instance.paths().data_dir, ignored).string();
}

SystemParts::SystemParts(Services& services, const PublicUrls& urls, SharedRuntime& runtime, http::Router& router)
    : services_(services), runtime_(runtime), router_(router), nodes_(services.database, services.clock, self(services.instance, services.clock, urls)),
      system_(services.clock, [this] { return collect(); }), beats_("nodes"), measuring_("measuring") {}

void SystemParts::add_routes() { platform::add_system_routes(router_, system_); }

Status SystemParts::start() {
  if (auto begun = nodes_.beat(); !begun) return begun;
  beats_.every(platform::NodeRegistry::kBeatEvery, "telling other nodes of this one", [this] { return nodes_.beat(); });
  beats_.every(5s, "counting heartbeats", [this] { return count_heartbeats(); });
  beats_.start();
  measure("measuring the disk", 5min, [this] { return measure_storage(); });
  measure("trying the mail server", 10min, [this]() -> Status {
    Findings found;
    check_mail_server(services_.instance.loaded(), found);
    measured_.lock()->mail = std::move(found);
    return {};
  });
  measuring_.start();
  return {};
}

void SystemParts::stop() {
  measuring_.stop();
  beats_.stop();
  if (auto left = nodes_.leave(); !left) log::warning("other nodes were not told that this one is gone", {log::of(left.error())});
}

/// Within a second after the start for the first time: nobody should have to wait for a figure.
void SystemParts::measure(const char* what, Duration period, std::function<Status()> job) {
  measuring_.every(1s, what, [this, period, job = std::move(job), due = Duration{}]() mutable -> Status {
    const Duration now = services_.clock.monotonic();
    if (due != Duration{} && now < due) return {};
    due = now + period;
    return job();
  });
}

Status SystemParts::measure_storage() {
  const Paths& paths = services_.instance.paths();
  platform::StorageState state{.data_dir = paths.data_dir.string()};
  const std::int64_t backups = bytes_below(paths.blob_dir), files = bytes_below(paths.file_dir);
  std::int64_t database = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(paths.data_dir, error))
    if (std::error_code gone; entry.path().filename().string().starts_with("openstrat.db") && entry.is_regular_file(gone))
      database += static_cast<std::int64_t>(entry.file_size(gone));
  state.bytes = bytes_below(paths.data_dir);
  state.parts = {{"database", database}, {"backups", backups}, {"files", files}, {"other", std::max<std::int64_t>(0, state.bytes - database - backups - files)}};
  state.measured_at = services_.clock.now();
  measured_.lock()->storage = std::move(state);
  return {};
}

Status SystemParts::count_heartbeats() {
  const auto& endpoints = router_.endpoints();
  const auto poll = std::ranges::find_if(endpoints, [](const auto& endpoint) { return endpoint->is_device && endpoint->path == "/poll"; });
  if (poll == endpoints.end()) return {};
  const Duration now = services_.clock.monotonic();
  const std::uint64_t count = (*poll)->metrics.count();
  const double seconds = static_cast<double>((now - heartbeats_at_).count()) / 1e6;
  if (heartbeats_at_ != Duration{} && seconds > 0) heartbeat_rate_ = static_cast<double>(count - heartbeats_) / seconds;
  heartbeats_ = count, heartbeats_at_ = now;
  return {};
}

Result<platform::SystemReport> SystemParts::collect() {
  const Timestamp now = services_.clock.now();
  platform::SystemReport report{.product = services_.instance.config().brand.name, .version = kVersion, .build = {kBuildType, "g++ " __VERSION__},
                                .started_at = nodes_.self().started_at, .collected_at = now};
  report.uptime_s = age_s(report.started_at, now);
  db::Facts facts;
  const auto census = services_.database.read([&](db::Session& session) -> Result<Census> {
    auto found = db::facts(session);
    if (!found) return fail(found.error());
    facts = *std::move(found);
    return take_census(session, now);
  });
  if (!census) return fail(census.error());
  auto& metrics = services_.instance.metrics();
  report.database = {.engine = services_.database.engine() == db::Database::Engine::sqlite ? "sqlite" : "postgresql", .version = facts.version, .size_bytes = facts.size_bytes,
                     .writer_queue = static_cast<std::int64_t>(metrics.gauge("openstrat_db_queue_depth", "Closures that wait for a writer thread").value()),
                     .commits = static_cast<std::int64_t>(metrics.counter("openstrat_db_commits_total", "Commits of the writer threads").value())};
  describe_nodes(report, *census);
  describe_work(report, *census);
  report.audit = audit_state(*census);
  report.storage = measured_.lock()->storage;
  std::error_code unknown;
  if (const auto space = fs::space(services_.instance.paths().data_dir, unknown); !unknown) report.storage.free = static_cast<std::int64_t>(space.available);
  report.devices = {.sites = census->sites, .adopted = census->adopted, .online = static_cast<std::int64_t>(services_.live.online()), .heartbeats_per_s = heartbeat_rate_};
  report.checks = checks(*census, report);
  return report;
}

void SystemParts::describe_nodes(platform::SystemReport& report, const Census& census) const {
  for (const platform::Node& node : census.nodes)
    report.nodes.push_back({.id = node.id, .host = node.host, .version = node.version, .url = node.url, .issuer = node.issuer, .roles = node.roles,
                            .self = node.id == nodes_.self().id, .alive = platform::NodeRegistry::is_alive(node, report.collected_at),
                            .started_at = node.started_at, .seen_at = node.seen_at});
}

void SystemParts::describe_work(platform::SystemReport& report, const Census& census) const {
  const Timestamp now = report.collected_at;
  for (const auto& kind : census.tasks) {
    report.tasks.by_kind.push_back({.kind = kind.kind, .ready = kind.ready, .later = kind.later, .running = kind.running, .dead = kind.dead, .oldest_s = age_s(kind.oldest_ready, now)});
    report.tasks.ready += kind.ready, report.tasks.later += kind.later, report.tasks.running += kind.running, report.tasks.dead += kind.dead;
    report.tasks.oldest_s = std::max(report.tasks.oldest_s, report.tasks.by_kind.back().oldest_s);
  }
  report.bus.outbox = census.events.outbox;
  for (const auto& one : census.events.behind) {
    report.bus.backlog.push_back({.subscriber = one.subscriber, .backlog = one.backlog, .dead = one.dead, .oldest_s = age_s(one.oldest, now)});
    report.bus.dead += one.dead;
  }
  const auto& settings = services_.mail.settings;
  report.mail = {.delivery = settings.captures() ? "capture" : "smtp", .server = settings.captures() ? "" : settings.smtp.server(), .waiting = census.mails_waiting,
                 .failed = census.mails_failed};
}

platform::AuditState SystemParts::audit_state(const Census& census) {
  platform::AuditState state{.entries = census.audit_entries, .waiting_bytes = static_cast<std::int64_t>(services_.audit.waiting_bytes()),
                             .lost = static_cast<std::int64_t>(services_.audit.lost())};
  if (const auto last = services_.audit_verifier.last()) {
    state.chain = {.status = last->is_running ? "running" : last->problem.empty() ? "whole" : "broken", .problem = last->problem};
    if (!last->is_running) state.chain.checked_at = last->finished_at;
  }
  return state;
}

std::vector<platform::Check> SystemParts::checks(const Census& census, const platform::SystemReport& report) {
  Findings found;
  LoadedConfig config = services_.instance.loaded();
  config.runtime = *runtime_.load();
  check_surroundings(config, found);
  check_connection(services_.database, found);
  check_census(census, report.collected_at, found);
  const Findings mail = measured_.lock()->mail;
  found.insert(found.end(), mail.begin(), mail.end());
  using Level = Finding::Level;
  if (report.audit.chain.status == "broken")
    found.push_back({Level::error, "audit log", report.audit.chain.problem, "Somebody changed it outside the program, or the database is damaged."});
  if (report.audit.lost > 0)
    found.push_back({Level::error, "audit log", std::to_string(report.audit.lost) + " entries could not be kept", "Neither database nor disk took them: the server's log says why."});
  std::vector<platform::Check> checks;
  for (const Finding& finding : found) checks.push_back(to_check(finding));
  std::ranges::stable_sort(checks, std::greater<>{}, &platform::Check::status);
  return checks;
}

}  // namespace openstrat::app
