// The route table of this process and the hooks that connect it to the services.
#pragma once

#include <atomic>
#include <memory>

#include "app/config.hpp"
#include "app/endpoints.hpp"
#include "base/worker_pool.hpp"
#include "http/rate_limit.hpp"
#include "http/router.hpp"

namespace openstrat::web_app {
class Files;
}

namespace openstrat::app {

struct DiskParts;
struct Services;
using SharedRuntime = std::atomic<std::shared_ptr<const RuntimeConfig>>;

/// Which parts of the table this process serves.
struct Roles {
  explicit Roles(const Config& config);
  bool api = false, device = false, worker = false;
};

/// Asked by GET /readyz: empty when ready, else what is missing.
using Readiness = std::function<std::string()>;

http::RouterHooks make_hooks(Services& services, const PublicUrls& urls, WorkerPool& workers, http::RateLimiter& limiter, SharedRuntime& runtime);
/// `web` nullptr: there is no web application here.
void add_all_routes(http::Router& router, Services& services, DiskParts& disk, const PublicUrls& urls, const Roles& roles, Readiness ready,
                    std::shared_ptr<const web_app::Files> web);

}  // namespace openstrat::app
