#include "scripts/check_service.hpp"

#include <algorithm>
#include <map>

#include "scripts/completion.hpp"
#include "scripts/known_versions.hpp"
#include "scripts/script_check.hpp"

namespace openstrat::scripts {
namespace {

/// Script × versions that behave differently: what one request may ask for.
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;
constexpr std::size_t kLong = 32 * 1024;

Result<ros::Version> version_of(const std::optional<std::string>& routeros) {
  if (!routeros) return newest_version();
  const auto version = parse_version(*routeros);
  if (!version) return invalid_field("routeros", "must be a version of RouterOS 6 or 7 such as 7.20 or 6.49.17");
  return *version;
}

struct ByVersion {
  std::map<ros::Version, std::vector<Checked::Site>> known;

  const ros::Version* most_used() const {
    const auto most = std::ranges::max_element(known, {}, [](const auto& entry) { return entry.second.size(); });
    return most == known.end() ? nullptr : &most->first;
  }
};

}  // namespace

Verdict CheckService::checked(const std::string& script, const ros::Version& version) {
  std::unique_lock turn(long_scripts_, std::defer_lock);
  if (script.size() > kLong) turn.lock();
  return check_script(script, {.version = version, .brand_prefix = brand_prefix_});
}

Result<Checked> CheckService::check(const Tenant& tenant, const CheckRequest& request) {
  Checked out;
  ByVersion sites;
  for (const std::string& reference : request.sites) {
    const auto site = sites_.find(tenant, reference);
    if (!site && site.error().code() != Errc::not_found) return fail(site.error());
    if (!site) {
      out.not_found.push_back(reference);
      continue;
    }
    const auto version = parse_version(site->version);
    auto& group = version ? sites.known[*version] : out.unknown_version;
    if (std::ranges::find(group, site->id, &Checked::Site::id) == group.end()) group.push_back({site->id, site->name});
  }
  const ros::Version* most_used = request.routeros ? nullptr : sites.most_used();
  const auto wanted = most_used != nullptr ? Result<ros::Version>(*most_used) : version_of(request.routeros);
  if (!wanted) return fail(wanted.error());

  std::map<ros::Version, Verdict> verdicts{{same_behaviour(*wanted), {}}};
  for (const auto& [version, group] : sites.known) verdicts.try_emplace(same_behaviour(version));
  if (request.script.size() * verdicts.size() > kMostBytes)
    return invalid_field("sites", "run too many versions for a script of this length; check fewer at once");
  for (auto& [version, verdict] : verdicts) verdict = checked(request.script, version);

  out.routeros = wanted->to_string();
  out.verdict = verdicts.at(same_behaviour(*wanted));
  for (auto& [version, group] : sites.known) {
    const Verdict& verdict = verdicts.at(same_behaviour(version));
    if (!verdict.accepted()) out.failing_sites += static_cast<std::int64_t>(group.size());
    out.by_version.push_back({version.to_string(), verdict, std::move(group)});
  }
  return out;
}

Result<Completion> CheckService::complete(const std::string& script, std::uint32_t cursor, const std::optional<std::string>& routeros) {
  const auto version = version_of(routeros);
  if (!version) return fail(version.error());
  std::unique_lock turn(long_scripts_, std::defer_lock);
  if (script.size() > kLong) turn.lock();
  return complete_script(script, cursor, same_behaviour(*version));
}

Result<std::vector<VersionUse>> CheckService::in_use(const Tenant& tenant, const std::vector<std::string>& sites) {
  if (sites.empty()) return sites_.in_use(tenant);
  std::map<SiteId, std::string> versions;
  for (const std::string& reference : sites) {
    const auto site = sites_.find(tenant, reference);
    if (!site && site.error().code() != Errc::not_found) return fail(site.error());
    if (site && !site->version.empty()) versions[site->id] = site->version;
  }
  std::map<std::string, std::int64_t> counts;
  for (const auto& [id, version] : versions) ++counts[version];
  std::vector<VersionUse> out;
  for (const auto& [version, count] : counts) out.push_back({version, count});
  std::ranges::stable_sort(out, std::ranges::greater(), &VersionUse::sites);
  return out;
}

}  // namespace openstrat::scripts
