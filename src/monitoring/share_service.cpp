#include "monitoring/share_service.hpp"

#include <algorithm>

#include "base/attributes.hpp"
#include "base/log.hpp"
#include "base/url_signer.hpp"
#include "db/database.hpp"
#include "identity/signer_service.hpp"
#include "short_links/link_service.hpp"

namespace openstrat::monitoring {
namespace {

constexpr const char* kType = "fault_share";
constexpr std::chrono::days kRemembered{30};
constexpr int kListed = 500;

Status may_share(const Tenant& tenant) {
  if (!tenant.sites) return {};
  return fail(Errc::forbidden, "insufficient_role", "Your role is limited to some sites; a shared link shows the faults of all of them.");
}

/// The shortest life of a short link that lasts as long as the token.
std::chrono::days link_life(std::chrono::minutes life) {
  for (const auto days : short_links::LinkService::kLives)
    if (days >= life) return days;
  return short_links::LinkService::kLives.back();
}

std::unexpected<Error> invalid() { return fail(Errc::unauthenticated, "token_invalid", "This is not one of our links, or it was changed."); }

}  // namespace

Result<ShareService::Created> ShareService::create(const Tenant& tenant, std::string created_by, std::chrono::minutes life) {
  if (auto may = may_share(tenant); !may) return fail(may.error());
  const Timestamp now = deps_.clock.now();
  Share share{.customer_id = tenant.customer_id, .id = ShareId(uuid_v4(deps_.rng)), .created_by = std::move(created_by), .created_at = now, .expires_at = now + life};
  const Attributes claims{{"typ", kType}, {"cid", share.customer_id.to_string()}, {"jti", share.id.to_string()}, {"exp", to_unix_seconds(share.expires_at)}};
  auto token = deps_.tokens.sign(claims.to_json());
  if (!token) return fail(token.error());
  const std::string url = deps_.settings.api_url + deps_.urls.sign("/faults/token/" + *token, {});
  return deps_.database.write([&](db::Session& session) -> Result<Created> {
    const auto live = share_store::count_live(session, tenant, now);
    if (!live) return fail(live.error());
    if (*live >= kMostLive) return fail(Errc::conflict, "limit_reached", "The team has 100 links that open; revoke some of them first.");
    if (auto stored = share_store::insert(session, share); !stored) return fail(stored.error());
    const auto link = deps_.links.shorten(session, url, link_life(life), tenant.customer_id, "faults");
    if (!link) return fail(link.error());
    return Created{share, *token, link->short_url};
  });
}

Result<std::vector<Share>> ShareService::list(const Tenant& tenant) {
  if (auto may = may_share(tenant); !may) return fail(may.error());
  return deps_.database.read([&](db::Session& session) { return share_store::list(session, tenant, kListed); });
}

Status ShareService::revoke(const Tenant& tenant, ShareId id) {
  const Timestamp now = deps_.clock.now();
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto found = share_store::find(session, tenant, id);
    if (!found) return fail(found.error());
    if (!*found) return fail(Errc::not_found, "No such link.");
    const auto revoked = share_store::revoke(session, tenant, id, now);
    if (!revoked) return fail(revoked.error());
    return {};
  });
}

Result<std::vector<NamedFault>> ShareService::open(std::string_view token) {
  const auto opened = deps_.tokens.open(token);
  if (!opened) return fail(opened.error());
  const auto claims = *opened ? Attributes::from_json(**opened) : Result<Attributes>(invalid());
  // Access tokens are signed with the same keys; `typ` keeps them apart.
  if (!claims || claims->text("typ") != kType) return invalid();
  const auto customer = claims->id<CustomerId>("cid");
  const auto id = claims->id<ShareId>("jti");
  const auto expires = claims->number("exp");
  if (!customer || !id || !expires) return invalid();
  const Timestamp now = deps_.clock.now();
  if (*expires <= to_unix_seconds(now)) return fail(Errc::unauthenticated, "token_expired", "This link has expired; ask for a new one.");

  const Tenant tenant{*customer};
  const auto share = deps_.database.read([&](db::Session& session) { return share_store::find(session, tenant, *id); });
  if (!share) return fail(share.error());
  if (!*share || (*share)->revoked_at) return fail(Errc::not_found, "This link was taken back.");
  touch(**share, now);
  auto list = deps_.reader.list(tenant, {.status = FaultStatus::recent}, {}, kMostShown);
  if (!list) return fail(list.error());
  return std::move(list->faults);
}

void ShareService::touch(const Share& share, Timestamp now) {
  if (share.last_used_at && now - *share.last_used_at < std::chrono::minutes(1)) return;
  deps_.database.write_async([share, now](db::Session& session) { return share_store::touch(session, Tenant{share.customer_id}, share.id, now); },
                             [](Status status) {
                               if (!status) log::warning("the use of a shared link was not remembered", {log::of(status.error())});
                             });
}

Status ShareService::forget_team(CustomerId customer) {
  return deps_.database.write([&](db::Session& session) { return share_store::remove_of_customer(session, customer); });
}

Status ShareService::purge() {
  return deps_.database.write([&](db::Session& session) { return share_store::remove_expired(session, deps_.clock.now() - kRemembered); });
}

}  // namespace openstrat::monitoring
