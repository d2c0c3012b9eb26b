#include "http/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "http/certificates.hpp"
#include "http/server/certificate_watch.hpp"
#include "http/server/worker.hpp"

namespace openstrat::http {
namespace {

constexpr std::size_t kOtherFiles = 256;  ///< descriptors left for databases, logs, children
constexpr auto kStopPoll = std::chrono::milliseconds(2);
constexpr Duration kTicketKeyLife = std::chrono::hours(12);

/// Raises the soft limit of open files to the hard one; the answer is how many connections fit in.
std::size_t connections_that_fit(std::size_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  if (files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  const std::size_t room = files.rlim_max > 2 * kOtherFiles ? files.rlim_max - kOtherFiles : files.rlim_max / 2;
  if (room < wanted)
    log::info("fewer connections than configured: open files are limited", {{"configured", wanted}, {"possible", room}});
  return std::min(wanted, room);
}

}  // namespace

struct Server::Impl {
  std::shared_ptr<const ServerShared> shared;
  std::vector<std::shared_ptr<Worker>> workers;
  std::vector<std::uint16_t> ports;
  std::unique_ptr<CertificateWatch> certificates;
  std::jthread watcher;
  bool running = false;

  bool needs_tls() const {
    return std::ranges::any_of(shared->options.listeners, [](const ListenerOptions& listener) { return listener.tls; });
  }

  Status make_workers() {
    unsigned threads = shared->options.io_threads;
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t limit = connections_that_fit(shared->options.limits.connections);
    for (unsigned i = 0; i < threads; ++i)
      workers.push_back(std::make_shared<Worker>(shared, std::max<std::size_t>(1, limit / threads)));
    return {};
  }

  /// SO_REUSEPORT: every thread has its own queue of new connections. The first one finds the port.
  Status bind() {
    for (std::size_t i = 0; i < shared->options.listeners.size(); ++i) {
      std::uint16_t port = shared->options.listeners[i].port;
      if (auto free = workers.front()->check_free(i); !free) return free;
      for (const auto& worker : workers) {
        const auto bound = worker->listen(i, port);
        if (!bound) return std::unexpected(bound.error());
        port = *bound;
      }
      ports.push_back(port);
    }
    return {};
  }

  void hand_out(const std::vector<std::shared_ptr<TlsContext>>& contexts) {
    for (std::size_t i = 0; i < workers.size(); ++i)
      workers[i]->post([worker = workers[i].get(), context = contexts[i]] { worker->set_tls(context); });
  }

  Status reload() {
    const auto contexts = certificates->load(workers.size());
    if (!contexts) return std::unexpected(contexts.error());
    hand_out(*contexts);
    return {};
  }

  void watch(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    Duration keys_made = shared->clock.monotonic();
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      wake.wait_for(lock, stop, shared->options.certificate_check, [] { return false; });
      if (stop.stop_requested()) return;
      const bool keys_are_old = shared->clock.monotonic() - keys_made > kTicketKeyLife;
      if (keys_are_old) {
        certificates->renew_ticket_keys();
        keys_made = shared->clock.monotonic();
      }
      if (!keys_are_old && !certificates->changed()) continue;
      if (const auto loaded = reload(); loaded) {
        log::info("TLS certificates loaded");
      } else {
        log::warning("changed TLS certificates are not usable, the old ones stay", {log::of(loaded.error())});
      }
    }
  }

  void cut_and_join() {
    for (const auto& worker : workers) worker->cut();
    for (const auto& worker : workers) worker->join();
    workers.clear();
    running = false;
  }
};

Server::Server(ServerOptions options, RequestHandler handler, const Clock& clock) : impl_(std::make_unique<Impl>()) {
  impl_->shared = std::make_shared<ServerShared>(ServerShared{std::move(options), std::move(handler), clock});
}

Server::~Server() { stop(Duration::zero()); }

Status Server::start() {
  Impl& impl = *impl_;
  if (impl.needs_tls() && impl.shared->options.certificates.empty())
    return fail(Errc::invalid, "a TLS listener needs a certificate");
  if (auto made = impl.make_workers(); !made) return made;
  if (impl.needs_tls()) {
    impl.certificates = std::make_unique<CertificateWatch>(impl.shared->options.certificates);
    const auto contexts = impl.certificates->load(impl.workers.size());
    if (!contexts) return std::unexpected(contexts.error());
    for (std::size_t i = 0; i < impl.workers.size(); ++i) impl.workers[i]->set_tls((*contexts)[i]);
  }
  if (auto bound = impl.bind(); !bound) {
    impl.workers.clear();
    return bound;
  }
  for (const auto& worker : impl.workers) worker->start();
  impl.running = true;
  if (impl.certificates) impl.watcher = std::jthread([&impl](const std::stop_token& stop) { impl.watch(stop); });
  return {};
}

void Server::stop(Duration patience) {
  Impl& impl = *impl_;
  if (!impl.running) return;
  impl.watcher = {};
  for (const auto& worker : impl.workers) worker->drain();
  const Duration deadline = impl.shared->clock.monotonic() + patience;
  const auto all_finished = [&] { return std::ranges::all_of(impl.workers, [](const auto& worker) { return worker->finished(); }); };
  while (!all_finished() && impl.shared->clock.monotonic() < deadline) std::this_thread::sleep_for(kStopPoll);
  impl.cut_and_join();
}

std::vector<std::uint16_t> Server::ports() const { return impl_->ports; }

Status Server::reload_certificates() {
  if (!impl_->certificates || !impl_->running) return {};
  return impl_->reload();
}

std::vector<ListenerMetrics> Server::metrics() const {
  std::vector<ListenerMetrics> all;
  const auto& listeners = impl_->shared->options.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    ListenerMetrics sum{.name = listeners[i].name};
    for (const auto& worker : impl_->workers) {
      const ListenerCounters& one = worker->counters(i);
      sum.connections_accepted += one.accepted.get();
      sum.connections_refused += one.refused.get();
      sum.connections_open += one.open.get();
      sum.handshakes += one.handshakes.get();
      sum.handshakes_resumed += one.resumed.get();
      sum.handshakes_failed += one.handshakes_failed.get();
      sum.requests += one.requests.get();
      sum.request_errors += one.request_errors.get();
      sum.bytes_received += one.received.get();
      sum.bytes_sent += one.sent.get();
    }
    all.push_back(std::move(sum));
  }
  return all;
}

void Server::export_metrics(metrics::Registry& registry) const {
  struct Exported {
    std::string_view name;
    std::string_view help;
    std::uint64_t ListenerMetrics::* value;
  };
  static constexpr Exported kExported[] = {
      {"openstrat_http_connections_accepted", "Connections accepted since start", &ListenerMetrics::connections_accepted},
      {"openstrat_http_connections_refused", "Connections turned away at the limit", &ListenerMetrics::connections_refused},
      {"openstrat_http_connections_open", "Connections open now", &ListenerMetrics::connections_open},
      {"openstrat_http_handshakes", "TLS handshakes completed", &ListenerMetrics::handshakes},
      {"openstrat_http_handshakes_resumed", "TLS handshakes that resumed a session", &ListenerMetrics::handshakes_resumed},
      {"openstrat_http_handshakes_failed", "TLS handshakes refused, broken off or too slow", &ListenerMetrics::handshakes_failed},
      {"openstrat_http_requests", "Requests handed to a handler", &ListenerMetrics::requests},
      {"openstrat_http_request_errors", "Requests refused as malformed, too large or too slow", &ListenerMetrics::request_errors},
      {"openstrat_http_bytes_received", "Bytes of HTTP received", &ListenerMetrics::bytes_received},
      {"openstrat_http_bytes_sent", "Bytes of HTTP sent", &ListenerMetrics::bytes_sent},
  };
  const auto& listeners = impl_->shared->options.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i)
    for (const Exported& exported : kExported)
      registry.gauge_callback(exported.name, exported.help,
                              [this, i, value = exported.value] { return static_cast<double>(metrics()[i].*value); },
                              {{"listener", listeners[i].name}});
}

}  // namespace openstrat::http
