#include "app/server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "app/demo_parts.hpp"
#include "app/disk_parts.hpp"
#include "app/periodic.hpp"
#include "app/services.hpp"
#include "app/system_parts.hpp"
#include "app/version.hpp"
#include "app/web_app_parts.hpp"
#include "base/log.hpp"
#include "http/certificates.hpp"
#include "http/server.hpp"
#include "protection/shared_rates.hpp"
#include "short_links/short_host.hpp"

namespace openstrat::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kWorkerQueue = 20'000;
constexpr auto kDrain = 10s;
constexpr std::size_t kLimitedCallers = 200'000;

/// Blocking work (queries, commits) wants more threads than processors: they wait for the disk together, in one group commit.
std::size_t worker_threads() { return std::max(16u, 8 * std::thread::hardware_concurrency()); }

/// Absent on SQLite, which has one node: nothing is exchanged then.
std::optional<std::uint64_t> shared_seed(Instance& instance) {
  if (!instance.config().shared_rate_limits || instance.database().engine() == db::Database::Engine::sqlite) return std::nullopt;
  return protection::SharedRates::seed(crypto::derive_key(instance.key().bytes(), "rate limits"));
}

Result<int> lock_data_dir(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Errc::unavailable, "data_dir: cannot open " + file.string());
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  ::close(fd);
  return fail(Errc::conflict, "data_dir: another server is running on " + file.parent_path().string());
}

Result<std::vector<http::CertificateFiles>> certificates_of(const Instance& instance, const PublicUrls& urls) {
  const auto& tls = instance.config().tls;
  if (tls.certificates.size() != tls.keys.size()) return fail(Errc::invalid, "tls.cert and tls.key: as many keys as certificates are needed");
  if (tls.certificates.empty()) return http::ensure_self_signed(instance.paths().tls_dir, certificate_names(urls), instance.clock().now());
  std::vector<http::CertificateFiles> files;
  for (std::size_t i = 0; i < tls.certificates.size(); ++i) {
    files.push_back({tls.certificates[i], tls.keys[i]});
    if (auto loaded = http::load_certificate(files.back()); !loaded) return fail(loaded.error());
  }
  return files;
}

}  // namespace

struct Server::Parts {
  Parts(std::unique_ptr<Instance> i, std::vector<http::ListenerOptions> l)
      : instance(std::move(i)), listeners(std::move(l)), urls(public_urls_of(instance->config(), listeners)), services(*instance, urls),
        runtime(std::make_shared<const RuntimeConfig>(instance->loaded().runtime)), roles(instance->config()),
        limiter(instance->clock(), http::RateLimiting::on, kLimitedCallers, shared_seed(*instance)), workers("worker", worker_threads(), kWorkerQueue),
        router(make_hooks(services, urls, workers, limiter, runtime)), shared_rates(services.database, limiter, services.clock),
        system(services, urls, runtime, router), demo(services, urls, listeners), upkeep("upkeep"), watch("watch"), feed("changes"), exchange("rates") {}
  ~Parts() {
    if (lock_fd >= 0) ::close(lock_fd);
  }

  http::ServerOptions server_options(std::vector<http::CertificateFiles> certificates) {
    const auto& http = instance->config().http;
    http::ServerOptions options;
    options.listeners = listeners;
    options.io_threads = static_cast<unsigned>(http.io_threads);
    options.limits.header_bytes = static_cast<std::size_t>(http.header_bytes);
    options.limits.body_bytes = static_cast<std::size_t>(http.body_bytes);
    options.limits.connections = static_cast<std::size_t>(http.max_connections);
    options.limits.body_limit = [this](http::Method method, std::string_view path) { return router.body_limit(method, path); };
    options.timeouts.header = http.header_timeout;
    options.timeouts.body = http.body_timeout;
    options.timeouts.idle = http.idle_timeout;
    options.trusted_proxies = http.trusted_proxies;
    options.certificates = std::move(certificates);
    options.error_body = [docs = urls.docs](int status, std::string_view code, std::string_view message, std::string_view request_id) {
      return Attributes{{"type", status < 500 ? "invalid_request_error" : "api_error"}, {"code", std::string(code)}, {"message", std::string(message)},
                        {"doc_url", docs + "/errors/" + std::string(code)}, {"request_id", std::string(request_id)}}.to_json();
    };
    return options;
  }

  void add_upkeep() {
    // A thread of its own: revoked rights must not wait for other work.
    feed.every(identity::CredentialCache::kPollEvery, "reading changes of rights", [this] { return services.credentials.poll(); });
    if (shared_seed(*instance)) exchange.every(protection::SharedRates::kPeriod, "exchange of rate limits", [this] { return shared_rates.exchange(); });
    if (roles.device) {
      upkeep.every(1s, "writing heartbeats behind", [this] { return services.pulses.flush(); });
      watch.every(std::min<std::chrono::milliseconds>(10s, instance->config().monitor.heartbeat_period), "offline sweep", [this] { return services.sweep.run(); });
    }
    if (roles.api) upkeep.every(1s, "counting clicks on short links", [this] { return services.short_links.flush(); });
    if (roles.worker) {
      watch.every(2s, "job time-outs", [this] { return services.jobs.sweep_timeouts(); });
      watch.every(15s, "counting mails", [this] { return services.mail.outbox.sample(); });
      watch.every(60s, "removal of sites", [this] { return services.removal.sweep(); });
    }
  }

  /// The limits that services keep themselves.
  void apply_limits() {
    const auto limits = runtime.load()->ratelimit;
    services.protection.guard.throttle(limits.enabled);
    services.heartbeats.set_poll_limit(limits.enabled ? limits.poll : 0);
    disk->backups.set_request_limit(limits.enabled ? limits.backup : 0);
  }

  void add_metrics() {
    auto& metrics = instance->metrics();
    metrics.gauge_callback("openstrat_worker_queue_depth", "Requests that wait for a worker", [this] { return double(workers.depth()); });
    metrics.gauge_callback("openstrat_sites_known", "Sites and tombstones in memory", [this] { return double(services.live.size()); });
    metrics.gauge_callback("openstrat_sites_online", "Sites with a pulse", [this] { return double(services.live.online()); });
  }

  int lock_fd = -1;
  std::unique_ptr<Instance> instance;
  std::vector<http::ListenerOptions> listeners;
  PublicUrls urls;
  Services services;
  std::unique_ptr<DiskParts> disk;
  std::shared_ptr<const web_app::Files> web;
  SharedRuntime runtime;
  Roles roles;
  http::RateLimiter limiter;
  WorkerPool workers;
  http::Router router;
  std::vector<http::CertificateFiles> certificates;
  std::unique_ptr<http::Server> server;
  protection::SharedRates shared_rates;
  SystemParts system;
  DemoParts demo;
  Periodic upkeep, watch, feed, exchange;
  std::atomic<bool> ready{false};
  bool started = false;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { stop(); }
Services& Server::services() { return parts_->services; }
DemoParts& Server::demo() { return parts_->demo; }
const PublicUrls& Server::urls() const { return parts_->urls; }
bool Server::ready() const { return parts_->ready.load(); }

Result<std::unique_ptr<Server>> Server::create(LoadedConfig config, std::string_view web_pack) {
  log::set_level(config.runtime.log_level);
  log::set_format(config.fixed.log_format);
  if (auto valid = routeros::validate(brand_of(config.fixed)); !valid) return fail(valid.error());
  auto listeners = listeners_of(config.fixed);
  if (!listeners) return fail(listeners.error());
  if (auto valid = check_short_url(public_urls_of(config.fixed, *listeners)); !valid) return fail(valid.error());
  auto web = web_app_files(config.fixed, web_pack);
  if (!web) return fail(web.error());
  std::error_code ignored;
  if (std::filesystem::create_directories(config.fixed.data_dir, ignored)) ::chmod(config.fixed.data_dir.c_str(), 0700);
  const auto lock = lock_data_dir(paths_of(config.fixed).lock_file);
  if (!lock) return fail(lock.error());
  auto instance = Instance::open(std::move(config), Migrate::yes);
  if (!instance) {
    ::close(*lock);
    return fail(instance.error());
  }
  // Routers that verify need the certificate in their scripts, so it exists before the services are built.
  auto certificates = certificates_of(**instance, public_urls_of((*instance)->config(), *listeners));
  if (!certificates) {
    ::close(*lock);
    return fail(certificates.error());
  }
  auto parts = std::make_unique<Parts>(std::move(*instance), std::move(*listeners));
  parts->certificates = std::move(*certificates);
  parts->lock_fd = *lock;
  parts->web = *std::move(web);
  auto disk = DiskParts::create(parts->services);
  if (!disk) return fail(disk.error());
  parts->disk = std::move(*disk);
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Status Server::start() {
  Parts& p = *parts_;
  log::info("starting", {{"version", kVersion}, {"data_dir", p.instance->paths().data_dir.string()}, {"database", p.instance->database().engine() == db::Database::Engine::sqlite ? "sqlite" : "postgresql"}});
  if (auto prepared = p.services.prepare(); !prepared) return prepared;
  p.services.register_all();
  p.demo.subscribe();
  p.disk->schedule.register_handlers();
  p.disk->files.subscribe(*p.services.bus);
  p.disk->files.register_tasks(*p.services.tasks);
  p.apply_limits();
  p.add_upkeep();
  p.add_metrics();
  add_all_routes(p.router, p.services, *p.disk, p.urls, p.roles, [this]() -> std::string {
    if (!parts_->ready.load()) return "The server is starting or stopping.";
    const auto ping = parts_->instance->database().ping();
    return ping ? "" : "The database does not answer: " + ping.error().message();
  }, p.web);
  if (p.roles.api) p.system.add_routes();
  if (p.roles.api) p.demo.add_routes(p.router);

  p.server = std::make_unique<http::Server>(p.server_options(p.certificates),
                                            [&router = p.router, host = short_links::ShortHost(p.urls.short_links)](http::Request request, http::Responder responder) {
                                              host.lead(request);
                                              router.handle(std::move(request), std::move(responder));
                                            },
                                            p.instance->clock());
  p.started = true;
  if (auto started = p.services.audit.start(); !started) return started;
  p.services.realtime.start();
  p.services.bus->start();
  if (p.roles.worker) p.services.tasks->start();
  if (p.roles.device)
    if (auto started = p.disk->sftp.start(); !started) return started;
  if (auto started = p.system.start(); !started) return started;
  if (auto started = p.server->start(); !started) return started;
  p.server->export_metrics(p.instance->metrics());
  p.feed.start();
  p.upkeep.start();
  p.exchange.start();
  p.watch.start();
  if (p.roles.worker) p.demo.start();
  p.ready = true;
  log::info("ready", {{"url", p.urls.api}, {"device_url", p.urls.device}, {"sftp_port", p.services.backup_settings.sftp_port}});
  if (p.urls.derived) log::info("public_url.api is not set; routers are told the address above", {});
  return {};
}

void Server::stop() {
  Parts& p = *parts_;
  if (!p.started) return;
  p.started = false;
  p.ready = false;
  log::info("stopping");
  p.demo.stop();
  p.services.realtime.end_streams();  // they would never end by themselves
  if (p.server) p.server->stop(kDrain);
  p.disk->sftp.stop(kDrain);
  p.system.stop();
  p.watch.stop();
  p.feed.stop();
  p.exchange.stop();
  p.services.tasks->stop(kDrain);
  p.workers.stop(kDrain);
  p.upkeep.stop();
  if (auto flushed = p.services.pulses.flush(); !flushed) log::error("the last heartbeats were not written", {log::of(flushed.error())});
  if (auto flushed = p.services.short_links.flush(); !flushed) log::error("the last clicks on short links were not written", {log::of(flushed.error())});
  p.services.bus->stop();
  p.services.realtime.stop();
  p.services.audit.stop();
  log::info("stopped");
}

void Server::reload(const ConfigSources& sources) {
  Parts& p = *parts_;
  const auto reloaded = reload_config(sources, p.instance->loaded());
  if (!reloaded) return log::error("the configuration was not reloaded", {log::of(reloaded.error())});
  p.runtime = std::make_shared<const RuntimeConfig>(reloaded->runtime);
  p.apply_limits();
  log::set_level(reloaded->runtime.log_level);
  for (const auto& key : reloaded->needs_restart) log::warning("this key changed but counts only after a restart", {{"key", key}});
  if (auto done = p.server->reload_certificates(); !done) log::error("the certificates were not reloaded", {log::of(done.error())});
  log::info("configuration reloaded");
}

int run_until_signal(Server& server, const ConfigSources& sources) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGHUP) break;
    server.reload(sources);
  }
  server.stop();
  return 0;
}

}  // namespace openstrat::app
