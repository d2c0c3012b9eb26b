#include "preferences/preference_service.hpp"

#include "bus/bus.hpp"
#include "db/database.hpp"
#include "preferences/preference_store.hpp"

namespace openstrat::preferences {
namespace {

Error changed_meanwhile() {
  return Error(Errc::precondition_failed, "The setting was changed meanwhile. Read it again and repeat the change.");
}

}  // namespace

void PreferenceService::subscribe(bus::Bus& bus) {
  bus.subscribe("preferences", "team.deleted", [this](const bus::Event& event) -> Status {
    return database_.write([&](db::Session& session) { return preference_store::remove_of_team(session, {event.customer_id}); });
  });
  bus.subscribe("preferences", "user.deleted", [this](const bus::Event& event) -> Status {
    const auto user = UserId::parse(event.resource_id);
    if (!user) return {};
    return database_.write([&](db::Session& session) { return preference_store::remove_of_user(session, *user); });
  });
}

Result<std::vector<Preference>> PreferenceService::list(const Tenant& tenant, UserId user) {
  return database_.read([&](db::Session& session) { return preference_store::list(session, tenant, user, kMost); });
}

Result<Preference> PreferenceService::find(const Tenant& tenant, UserId user, std::string_view name) {
  auto found = database_.read([&](db::Session& session) { return preference_store::find(session, tenant, user, name); });
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::not_found, "There is no setting of this name.");
  return **std::move(found);
}

Result<Preference> PreferenceService::put(const Tenant& tenant, UserId user, std::string_view name, std::string value, std::optional<std::int64_t> expected) {
  if (value.size() > kLargest) return fail(Errc::too_large, "A setting may have 16 KiB.");
  return database_.write([&](db::Session& session) -> Result<Preference> {
    const auto before = preference_store::find(session, tenant, user, name);
    if (!before) return fail(before.error());
    const std::int64_t revision = *before ? (*before)->revision : 0;
    if (expected && *expected != revision) return fail(changed_meanwhile());
    const Preference preference{.name = std::string(name), .value = value, .revision = revision + 1, .updated_at = clock_.now()};
    if (!*before) {
      const auto count = preference_store::count(session, tenant, user);
      if (!count) return fail(count.error());
      if (*count >= kMost) return fail(Errc::conflict, "limit_reached", "200 settings are kept. Delete one that is not needed.");
    }
    const auto stored = *before ? preference_store::replace(session, tenant, user, preference) : preference_store::insert(session, tenant, user, preference);
    if (!stored) return fail(stored.error());
    if (!*stored) return fail(changed_meanwhile());
    return preference;
  });
}

Status PreferenceService::remove(const Tenant& tenant, UserId user, std::string_view name) {
  const auto removed = database_.write([&](db::Session& session) { return preference_store::remove(session, tenant, user, name); });
  if (!removed) return fail(removed.error());
  return *removed ? Status{} : fail(Errc::not_found, "There is no setting of this name.");
}

}  // namespace openstrat::preferences
