#include "oidc/grant_keeper.hpp"

#include "base/crypto.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "oidc/client_service.hpp"
#include "oidc/grant_store.hpp"

namespace openstrat::oidc {
namespace {

constexpr std::size_t kRememberedGrants = 50'000;
constexpr int kPurgeStep = 500;

}  // namespace

Result<bool> GrantKeeper::stands(std::string_view grant_id) {
  const auto now = deps_.clock.monotonic();
  {
    auto remembered = remembered_.lock();
    const auto found = remembered->find(grant_id);
    if (found != remembered->end() && now < found->second.until) return found->second.stands;
  }
  const auto grant = find(grant_id);
  if (!grant) return fail(grant.error());
  const bool stands = *grant && (*grant)->stands(deps_.clock.now());
  auto remembered = remembered_.lock();
  if (remembered->size() >= kRememberedGrants) remembered->clear();
  remembered->insert_or_assign(std::string(grant_id), Remembered{stands, now + kRemembered});
  return stands;
}

void GrantKeeper::forget(std::string_view grant_id) {
  auto remembered = remembered_.lock();
  if (const auto found = remembered->find(grant_id); found != remembered->end()) remembered->erase(found);
}

Result<std::optional<identity::ClientTokens::Machine>> GrantKeeper::machine(std::string_view client_id) {
  const auto client = deps_.clients.look_up(client_id);
  if (!client) return fail(client.error());
  if (!*client || (*client)->is_first_party() || !(*client)->may_use(GrantType::client_credentials)) return std::optional<Machine>{};
  return std::optional<Machine>(Machine{.team_id = *(*client)->team_id, .name = (*client)->name, .scopes = (*client)->scopes});
}

Result<std::optional<Grant>> GrantKeeper::find(std::string_view grant_id) {
  return deps_.database.read([&](db::Session& session) { return grant_store::find(session, grant_id); });
}

Result<std::optional<GrantKeeper::Refresh>> GrantKeeper::find_by_refresh_token(std::string_view token) {
  const std::string hash = crypto::hex(crypto::sha256(token));
  return deps_.database.read([&](db::Session& session) -> Result<std::optional<Refresh>> {
    auto row = grant_store::find_refresh_token(session, hash);
    if (!row) return fail(row.error());
    if (!*row) return std::optional<Refresh>{};
    auto grant = grant_store::find(session, (*row)->grant_id);
    if (!grant) return fail(grant.error());
    if (!*grant) return std::optional<Refresh>{};
    return std::optional<Refresh>(Refresh{**std::move(row), **std::move(grant)});
  });
}

Status GrantKeeper::end(const std::string& grant_id, std::string_view why) {
  return deps_.database.write([&](db::Session& session) -> Status {
    session.on_commit([this, grant_id] { forget(grant_id); });
    const auto done = grant_store::revoke(session, grant_id, why, deps_.clock.now());
    if (!done) return fail(done.error());
    return {};
  });
}

Result<std::vector<consent_store::Line>> GrantKeeper::authorizations(UserId user) {
  return deps_.database.read([&](db::Session& session) { return consent_store::list(session, user, deps_.clock.now(), kMostListed); });
}

Status GrantKeeper::withdraw(UserId user, std::string_view client_id) {
  const auto client = deps_.clients.look_up(client_id);
  if (!client) return fail(client.error());
  return deps_.database.write([&](db::Session& session) -> Status {
    session.on_commit([this] { remembered_.lock()->clear(); });
    const auto removed = consent_store::remove(session, user, client_id);
    if (!removed) return fail(removed.error());
    if (!*removed) return fail(Errc::not_found, "You have not allowed this application anything.");
    const Timestamp now = deps_.clock.now();
    if (auto done = grant_store::revoke_of_client(session, client_id, user, "consent_withdrawn", now); !done) return done;
    if (!*client || !(*client)->team_id) return {};
    return deps_.bus.append(session, {.name = "oauth_consent.withdrawn", .occurred_at = now, .customer_id = *(*client)->team_id,
                                      .resource_id = std::string(client_id), .data = {{"user_id", user.to_string()}}});
  });
}

Status GrantKeeper::purge() {
  while (true) {
    const auto removed = deps_.database.write([&](db::Session& session) { return grant_store::purge(session, deps_.clock.now(), kPurgeStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kPurgeStep) return {};
  }
}

}  // namespace openstrat::oidc
