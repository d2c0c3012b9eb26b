#include "identity/provisioning_service.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/session.hpp"
#include "identity/changes.hpp"
#include "identity/credential_cache.hpp"
#include "identity/user_service.hpp"
#include "identity/user_store.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kLongestName = 100;

/// What is left of a name that somebody else chose; empty when it is no name.
std::string usable_name(std::string_view name) {
  const std::string clean = text::to_clean_utf8(text::trim(name));
  return text::length_utf8(clean) <= kLongestName ? clean : std::string();
}

}  // namespace

Result<User> Provisioning::create(db::Session& session, std::string_view address, std::string_view name, std::string_view idp) {
  const auto email = normalise_email(address);
  if (!email) return fail(Errc::invalid, "This is not an e-mail address.");
  const Timestamp now = clock_.now();
  User user{.id = UserId(uuid_v4(rng_)), .email = *email, .email_verified = true, .name = usable_name(name), .idp = std::string(idp),
            .status = UserStatus::active, .created_at = now, .updated_at = now};
  if (user.name.empty()) user.name = user.email.substr(0, user.email.find('@'));
  if (auto stored = user_store::insert(session, user); !stored) return fail(stored.error());
  return user;
}

Result<bool> Provisioning::is_member(db::Session& session, const Tenant& tenant, UserId user) const {
  return user_store::is_member(session, tenant, user);
}

Status Provisioning::add_member(db::Session& session, const Tenant& tenant, UserId user, SystemRole role) {
  const auto added = user_store::add_member(session, tenant, user, clock_.now());
  if (!added) return fail(added.error());
  if (!*added) return {};
  if (auto noted = cache_.changed(session, Change::of(user)); !noted) return noted;
  return user_store::assign_role(session, tenant, user, id_of(role));
}

}  // namespace openstrat::identity
