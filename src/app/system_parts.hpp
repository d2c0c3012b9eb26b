// What the system page needs beside the services: the node's sign of life, what is measured in the background, and the picture itself.
#pragma once

#include <atomic>
#include <vector>

#include "app/checks.hpp"
#include "app/periodic.hpp"
#include "app/services.hpp"
#include "app/web.hpp"
#include "base/guarded.hpp"
#include "platform/node_registry.hpp"
#include "platform/system_service.hpp"

namespace openstrat::http {
class Router;
}

namespace openstrat::app {

/// Host and data directory: one server has it at a time, and the same after a restart.
std::string node_id(const Instance& instance);

class SystemParts {
 public:
  SystemParts(Services& services, const PublicUrls& urls, SharedRuntime& runtime, http::Router& router);

  void add_routes();
  /// The first sign of life before it returns.
  Status start();
  /// Says that this node is gone.
  void stop();

 private:
  /// What takes longer than a request may.
  struct Measured {
    Findings mail;
    platform::StorageState storage;
  };
  void measure(const char* what, Duration period, std::function<Status()> job);
  Status measure_storage();
  Status count_heartbeats();
  Result<platform::SystemReport> collect();
  void describe_nodes(platform::SystemReport& report, const Census& census) const;
  void describe_work(platform::SystemReport& report, const Census& census) const;
  platform::AuditState audit_state(const Census& census);
  std::vector<platform::Check> checks(const Census& census, const platform::SystemReport& report);

  Services& services_;
  SharedRuntime& runtime_;
  http::Router& router_;
  platform::NodeRegistry nodes_;
  platform::SystemService system_;
  Guarded<Measured> measured_;
  std::uint64_t heartbeats_ = 0;       ///< when they were counted last; thread of beats_ only
  Duration heartbeats_at_{};
  std::atomic<double> heartbeat_rate_{0};
  Periodic beats_, measuring_;         ///< apart: a mail server that does not answer must not make the node look dead
};

}  // namespace openstrat::app
