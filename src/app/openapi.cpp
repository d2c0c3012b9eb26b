#include "app/openapi.hpp"

#include <unistd.h>

#include "app/demo_parts.hpp"
#include "app/disk_parts.hpp"
#include "app/system_parts.hpp"
#include "app/version.hpp"
#include "app/web.hpp"
#include "http/openapi.hpp"

namespace openstrat::app {

Result<std::string> openapi_document() {
  // The table is declared over real services; these live in a directory that goes away again and are never started.
  const auto directory = std::filesystem::temp_directory_path() / ("openstrat-openapi-" + std::to_string(::getpid()));
  struct Cleanup {
    std::filesystem::path path;
    ~Cleanup() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  } cleanup{directory};
  auto config = load_config({.flags = {{"data_dir", "openapi", directory.string()}}, .default_data_dir = directory});
  if (!config) return fail(config.error());
  auto instance = Instance::open(std::move(*config), Migrate::no);
  if (!instance) return fail(instance.error());
  const PublicUrls urls{.api = "https://openstrat.example", .device = "https://openstrat.example", .auth = "https://openstrat.example",
                        .portal = "https://openstrat.example/app", .docs = "https://openstrat.example/docs",
                        .short_links = "https://openstrat.example/s", .host = "openstrat.example"};
  Services services(**instance, urls);
  auto disk = DiskParts::create(services);
  if (!disk) return fail(disk.error());
  WorkerPool workers("worker", 1, 1);
  http::RateLimiter limiter((*instance)->clock(), http::RateLimiting::off);
  SharedRuntime runtime(std::make_shared<const RuntimeConfig>((*instance)->loaded().runtime));
  http::Router router(make_hooks(services, urls, workers, limiter, runtime));
  add_all_routes(router, services, **disk, urls, Roles((*instance)->config()), [] { return std::string(); }, nullptr);
  SystemParts system(services, urls, runtime, router);
  system.add_routes();
  DemoParts demo(services, urls, {});
  demo.add_routes(router);
  return http::openapi(router, {.title = "OpenStrat", .version = kVersion, .description = "Control plane for fleets of MikroTik routers.",
                                .server_url = urls.api});
}

}  // namespace openstrat::app
