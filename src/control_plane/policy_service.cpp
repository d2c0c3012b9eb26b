#include "control_plane/policy_service.hpp"

#include "db/session.hpp"

namespace openstrat::control_plane {
namespace {

using db::params;
using db::Query;

constexpr Query kFindDefault{"control_policy.find_default", "SELECT id, name FROM control_policy WHERE customer_id = ?1 AND is_default = TRUE {{for_update}}"};
constexpr Query kInsertDefault{
    "control_policy.insert_default",
    "INSERT INTO control_policy (customer_id, id, name, slug, is_default, custom_input_rules, trusted_networks, services, revision, "
    "created_at, updated_at) VALUES (?1, ?2, ?3, ?4, TRUE, TRUE, ?5, ?6, 1, ?7, ?7) "
    "ON CONFLICT (customer_id) WHERE is_default DO NOTHING"};

constexpr const char* kName = "Default Policy";
// The management-plane address is added when rules are rendered: it is a setting, not data.
constexpr const char* kTrustedNetworks = R"(["10.0.0.0/8","172.16.0.0/12","192.168.0.0/16"])";
constexpr const char* kServices =
    R"({"winbox":{"enabled":true,"port":8291,"networks":[]},"ssh":{"enabled":true,"port":22,"networks":[]},)"
    R"("http":{"enabled":false,"port":80,"networks":[]},"https":{"enabled":false,"port":443,"networks":[]},)"
    R"("telnet":{"enabled":false,"port":23,"networks":[]},"ftp":{"enabled":false,"port":21,"networks":[]},)"
    R"("api":{"enabled":true,"port":8728,"networks":[]},"api_ssl":{"enabled":false,"port":8729,"networks":[]}})";

std::string new_slug(Rng& rng) {
  std::string slug = "default-policy-";
  for (int i = 0; i < 10; ++i) slug += "0123456789abcdef"[rng.below(16)];
  return slug;
}

}  // namespace

Result<Policy> ensure_default_policy(db::Session& session, const Tenant& tenant, const Clock& clock, Rng& rng) {
  const auto find = [&] { return session.first(kFindDefault, params(tenant.customer_id)); };
  auto row = find();
  if (!row) return fail(row.error());
  if (!*row) {
    const PolicyId id(uuid_v4(rng));
    const auto inserted = session.execute(
        kInsertDefault, params(tenant.customer_id, id, kName, new_slug(rng), kTrustedNetworks, kServices, clock.now()));
    if (!inserted) return fail(inserted.error());
    row = find();
    if (!row) return fail(row.error());
    if (!*row) return fail(Errc::unavailable, "The default policy could not be created; try again.");
  }
  return Policy{.id = (*row)->get<PolicyId>(0), .name = (*row)->get<std::string>(1)};
}

}  // namespace openstrat::control_plane
