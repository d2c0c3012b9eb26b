// The operations of the fleet.
#pragma once

#include <optional>
#include <string>

#include "fleet/settings.hpp"

namespace openstrat {
class UrlSigner;
}
namespace openstrat::http {
class CursorSigner;
struct Call;
class Router;
}

namespace openstrat::fleet {

class AdoptionLog;
class AdoptionService;
class HeartbeatService;
class JobLists;
class JobService;
class RunbookService;
class SiteOverview;
class SiteRemoval;
class SiteService;

struct Services {
  SiteService& sites;
  JobService& jobs;
  JobLists& job_lists;
  RunbookService& runbooks;
  AdoptionService& adoption;
  HeartbeatService& heartbeats;
  SiteRemoval& removal;
  SiteOverview& overview;
  AdoptionLog& adoptions;
  const http::CursorSigner& cursors;
  const Settings& settings;
};

void add_routes(http::Router& router, const Services& services);
/// What signs the call-backs of jobs that this caller makes.
std::optional<std::string> notify_key(const http::Call& call);

// One file each; add_routes() calls them all.
void add_site_routes(http::Router& router, const Services& services);
void add_site_list_routes(http::Router& router, const Services& services);  ///< called by add_site_routes()
void add_runbook_routes(http::Router& router, const Services& services);    ///< likewise
void add_adoption_routes(http::Router& router, const Services& services);   ///< likewise
void add_job_routes(http::Router& router, const Services& services);
void add_batch_routes(http::Router& router, const Services& services);      ///< called by add_job_routes()
void add_device_routes(http::Router& router, const Services& services);
void add_developer_routes(http::Router& router, const Services& services);
void add_internal_routes(http::Router& router, const Services& services);

}  // namespace openstrat::fleet
