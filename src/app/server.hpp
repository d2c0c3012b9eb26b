// One running server: everything between "configuration read" and "stopped".
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "app/instance.hpp"
#include "app/web.hpp"
#include "base/error.hpp"

namespace openstrat::app {

class DemoParts;
struct Services;

class Server {
 public:
  /// Takes the instance's lock: one server a data directory.
  /// `web_pack`: the embedded web application, empty when there is none; outlives the server.
  static Result<std::unique_ptr<Server>> create(LoadedConfig config, std::string_view web_pack);
  ~Server();

  /// Everything up to `ready`. Logs named steps.
  Status start();
  /// No new work → drain → write what is only in memory → stop, in reverse order.
  void stop();
  /// SIGHUP: log level, rate limits, certificates.
  void reload(const ConfigSources& sources);

  Services& services();
  DemoParts& demo();
  const PublicUrls& urls() const;
  bool ready() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// start, wait for SIGINT or SIGTERM (SIGHUP reloads), stop. The exit status of `openstrat serve`.
int run_until_signal(Server& server, const ConfigSources& sources);

}  // namespace openstrat::app
