#include "fleet/runbook_service.hpp"

#include "base/text.hpp"
#include "control_plane/policy_service.hpp"
#include "db/database.hpp"
#include "fleet/site_store.hpp"

namespace openstrat::fleet {
namespace {

constexpr std::size_t kShortestToken = 16;  // what GET /{id} matches; a smaller number would be shorter (1 in 2^34)

/// A token whose base62 form is 16 to 22 characters long.
Uuid new_token(Rng& rng) {
  while (true) {
    const Uuid token = uuid_v4(rng);
    if (to_base62(token).size() >= kShortestToken) return token;
  }
}

}  // namespace

Result<Runbook> RunbookService::insert_in(db::Session& session, const Tenant& tenant, std::string name) {
  const auto policy = control_plane::ensure_default_policy(session, tenant, clock_, rng_);
  if (!policy) return fail(policy.error());
  Runbook runbook{.customer_id = tenant.customer_id, .id = RunbookId(uuid_v4(rng_)), .policy_id = policy->id,
                  .name = name.empty() ? policy->name : std::move(name), .token = new_token(rng_), .created_at = clock_.now()};
  if (auto stored = site_store::insert_runbook(session, runbook); !stored) return fail(stored.error());
  return runbook;
}

Result<Runbook> RunbookService::ensure_default_in(db::Session& session, const Tenant& tenant) {
  // The policy's row is locked from here to the commit, so that two callers do not make two runbooks.
  if (auto policy = control_plane::ensure_default_policy(session, tenant, clock_, rng_); !policy) return fail(policy.error());
  auto runbooks = site_store::list_runbooks(session, tenant);
  if (!runbooks) return fail(runbooks.error());
  if (!runbooks->empty()) return std::move(runbooks->front());
  return insert_in(session, tenant, "");
}

Result<std::vector<Runbook>> RunbookService::list(const Tenant& tenant) {
  auto runbooks = database_.read([&](db::Session& session) { return site_store::list_runbooks(session, tenant); });
  if (!runbooks || !runbooks->empty()) return runbooks;
  return database_.write([&](db::Session& session) -> Result<std::vector<Runbook>> {
    auto runbook = ensure_default_in(session, tenant);
    if (!runbook) return fail(runbook.error());
    return std::vector<Runbook>{std::move(*runbook)};
  });
}

Result<Runbook> RunbookService::find(const Tenant& tenant, RunbookId id) {
  return database_.read([&](db::Session& session) { return site_store::find_runbook(session, tenant, id); });
}

Result<Runbook> RunbookService::create(const Tenant& tenant, std::string name) {
  if (const auto length = text::length_utf8(name); length > 100) return invalid_field("name", "must not be longer than 100 characters");
  return database_.write([&](db::Session& session) { return insert_in(session, tenant, name); });
}

Result<Runbook> RunbookService::rotate(const Tenant& tenant, RunbookId id) {
  return database_.write([&](db::Session& session) -> Result<Runbook> {
    auto runbook = site_store::find_runbook(session, tenant, id);
    if (!runbook) return fail(runbook.error());
    runbook->token = new_token(rng_);
    if (auto updated = site_store::update_runbook(session, *runbook); !updated) return fail(updated.error());
    return runbook;
  });
}

Result<Runbook> RunbookService::update(const Tenant& tenant, RunbookId id, std::optional<std::string> name, std::optional<bool> disabled) {
  if (name)
    if (const auto length = text::length_utf8(*name); length < 1 || length > 100) return invalid_field("name", "must have 1 to 100 characters");
  return database_.write([&](db::Session& session) -> Result<Runbook> {
    auto runbook = site_store::find_runbook(session, tenant, id);
    if (!runbook) return fail(runbook.error());
    if (name) runbook->name = *name;
    if (disabled) runbook->disabled = *disabled;
    if (auto updated = site_store::update_runbook(session, *runbook); !updated) return fail(updated.error());
    return runbook;
  });
}

Result<std::optional<Runbook>> RunbookService::find_of_site(const Tenant& tenant, SiteId site) {
  return database_.read([&](db::Session& session) { return site_store::find_runbook_of_site(session, tenant, site); });
}

Result<Runbook> RunbookService::renew_for_site(const Tenant& tenant, SiteId id) {
  return database_.write([&](db::Session& session) -> Result<Runbook> {
    const auto site = site_store::find(session, tenant, id);
    if (!site) return fail(site.error());
    if (site->deleted_at) return fail(Errc::conflict, "site_deleting", "The site is being deleted. Restore it first.");
    if (site->state() == SiteState::online)
      return fail(Errc::conflict, "site_online", "The site has a router that is online. A command for another one is made once it is offline.");
    return create_for_site_in(session, *site);
  });
}

Result<Runbook> RunbookService::create_for_site_in(db::Session& session, const Site& site) {
  const auto policy = control_plane::ensure_default_policy(session, site.tenant(), clock_, rng_);
  if (!policy) return fail(policy.error());
  if (auto removed = site_store::remove_runbooks_of_site(session, site.tenant(), site.id); !removed) return fail(removed.error());
  const Timestamp now = clock_.now();
  Runbook runbook{.customer_id = site.customer_id, .id = RunbookId(uuid_v4(rng_)), .policy_id = site.policy_id.value_or(policy->id),
                  .name = site.name, .token = new_token(rng_), .site_id = site.id, .expires_at = now + std::chrono::days(7), .created_at = now};
  if (auto stored = site_store::insert_runbook(session, runbook); !stored) return fail(stored.error());
  return runbook;
}

std::string RunbookService::token_text(const Runbook& runbook) { return to_base62(runbook.token); }

std::string RunbookService::bootstrap_command(const Runbook& runbook) const {
  return routeros::render_bootstrap_command({.brand = settings_.brand, .url = settings_.device_url + "/" + token_text(runbook)});
}

}  // namespace openstrat::fleet
