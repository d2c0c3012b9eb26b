#include "protection/allow_list.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "db/database.hpp"
#include "identity/user_service.hpp"

namespace openstrat::protection {
namespace {

constexpr int kWidestV4 = 8, kWidestV6 = 32;

}  // namespace

Result<std::vector<AllowedNetwork>> AllowList::list(const Tenant& tenant) {
  return deps_.database.read([&](db::Session& session) { return team_store::networks_of(session, tenant, kMostNetworks); });
}

Result<AllowedNetwork> AllowList::add(const Tenant& tenant, const Cidr& cidr, const std::string& note, std::optional<UserId> by) {
  if (cidr.prefix_length() < (cidr.address().is_v4() ? kWidestV4 : kWidestV6)) return invalid_field("cidr", "is too wide to be a network of yours");
  const AllowedNetwork network{.id = AllowedNetworkId(uuid_v4(deps_.rng)), .cidr = cidr.network(), .note = note, .created_by = by, .created_at = deps_.clock.now()};
  const auto stored = deps_.database.write([&](db::Session& session) -> Status {
    const auto count = team_store::count_networks(session, tenant);
    if (!count) return fail(count.error());
    if (*count >= kMostNetworks) return fail(Errc::conflict, "limit_reached", "A team may trust " + std::to_string(kMostNetworks) + " networks.");
    return team_store::insert_network(session, tenant, network);
  });
  if (!stored && stored.error().code() == Errc::conflict && stored.error().reason() == "already_exists")
    return fail(Errc::conflict, "already_exists", "The team trusts this network already.");
  if (!stored) return fail(stored.error());
  all_.forget();
  return network;
}

Status AllowList::remove(const Tenant& tenant, AllowedNetworkId id) {
  const auto removed = deps_.database.write([&](db::Session& session) { return team_store::remove_network(session, tenant, id); });
  if (!removed) return fail(removed.error());
  if (!*removed) return fail(Errc::not_found, "there is no such network");
  all_.forget();
  return {};
}

AllowList::All AllowList::all() {
  if (auto known = all_.get(0)) return *known;
  const auto generation = all_.generation();
  auto read = deps_.database.read([&](db::Session& session) { return team_store::all_trust(session); });
  if (!read) {
    log::warning("trusted networks cannot be read", {log::of(read.error())});
    return std::make_shared<const std::vector<team_store::Trust>>();
  }
  const All list = std::make_shared<const std::vector<team_store::Trust>>(*std::move(read));
  all_.put(0, list, generation);
  return list;
}

bool AllowList::trusts(const IpAddress& address, std::string_view email) {
  const All list = all();
  std::vector<CustomerId> trusting;
  for (const auto& trust : *list)
    if (trust.cidr.contains(address)) trusting.push_back(trust.customer_id);
  if (trusting.empty()) return false;
  const auto user = deps_.users.find_user(email);
  if (!user) return false;
  const auto teams = deps_.users.teams_of(user->id);
  return teams && std::ranges::any_of(*teams, [&](const auto& team) { return std::ranges::find(trusting, team.id) != trusting.end(); });
}

}  // namespace openstrat::protection
