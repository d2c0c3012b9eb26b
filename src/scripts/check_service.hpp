// Checks of scripts for versions and for sites.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "ros_language/personality.hpp"
#include "scripts/types.hpp"

namespace openstrat::scripts {

struct SiteVersion {
  SiteId id;
  std::string name;
  std::string version;  ///< as the router reports it; empty: not known
};
struct VersionUse {
  std::string version;
  std::int64_t sites = 0;
};

/// What the fleet runs; implemented by app. The tenant carries which sites the caller may see.
class SiteVersions {
 public:
  virtual ~SiteVersions() = default;
  /// not_found for what is no site of the tenant.
  virtual Result<SiteVersion> find(const Tenant& tenant, std::string_view reference) = 0;
  /// Versions of the tenant's sites, most sites first; a few seconds old at most.
  virtual Result<std::vector<VersionUse>> in_use(const Tenant& tenant) = 0;
};

struct CheckRequest {
  std::string script;
  std::optional<std::string> routeros;
  std::vector<std::string> sites;  ///< at most kMostSites
};

struct Checked {
  struct Site { SiteId id; std::string name; };
  struct ForVersion { std::string routeros; Verdict verdict; std::vector<Site> sites; };
  std::string routeros;            ///< asked for; else that of most sites; else the newest
  Verdict verdict;
  std::vector<ForVersion> by_version;   ///< of the sites, oldest first
  std::vector<Site> unknown_version;    ///< sites that never said what they run, or run what we do not know
  std::vector<std::string> not_found;   ///< references that are no site of the caller
  std::int64_t failing_sites = 0;       ///< whose version refuses the script
};

/// Thread-safe. Long scripts are checked one at a time: a parsed one takes a hundred times its size of memory.
class CheckService {
 public:
  static constexpr std::size_t kMostSites = 50;
  /// `brand_prefix` begins the names of what the platform keeps on routers.
  CheckService(SiteVersions& sites, std::string brand_prefix) : sites_(sites), brand_prefix_(std::move(brand_prefix)) {}

  Result<Checked> check(const Tenant& tenant, const CheckRequest& request);
  Result<Completion> complete(const std::string& script, std::uint32_t cursor, const std::optional<std::string>& routeros);
  /// Of these sites, or of all when there are none; versions that we do not know included.
  Result<std::vector<VersionUse>> in_use(const Tenant& tenant, const std::vector<std::string>& sites);

 private:
  Verdict checked(const std::string& script, const ros::Version& version);

  SiteVersions& sites_;
  const std::string brand_prefix_;
  std::mutex long_scripts_;
};

}  // namespace openstrat::scripts
