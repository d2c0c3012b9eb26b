#include "protection/blocks.hpp"

#include <fmt/format.h>

#include "audit/audit_service.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "protection/attempt_memory.hpp"

namespace openstrat::protection {
namespace {

std::string_view bytes_of(const auto& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

}  // namespace

Result<std::vector<Block>> Blocks::of_team(const Tenant& tenant, const std::optional<BlockPosition>& after, int limit) {
  const auto now = deps_.clock.now();
  const BlockPosition start = after.value_or(BlockPosition{.blocked_at = now + std::chrono::hours(1)});  // clocks of nodes differ a little
  return deps_.database.read([&](db::Session& session) {
    return attempt_store::blocks_of_team(session, tenant, now, start, limit);
  });
}

Status Blocks::remove(const Tenant& tenant, BlockId id) {
  const auto removed = deps_.database.write([&](db::Session& session) -> Status {
    const auto block = attempt_store::find_block_of_team(session, tenant, id, deps_.clock.now());
    if (!block) return fail(block.error());
    if (!*block) return fail(Errc::not_found, "there is no such block");
    return attempt_store::lift(session, id);
  });
  if (removed) deps_.memory.forget_pairs();
  return removed;
}

Status Blocks::lift_all(UserId user) {
  const auto lifted = deps_.database.write([&](db::Session& session) { return attempt_store::lift_all(session, user, deps_.clock.now()); });
  if (!lifted) return fail(lifted.error());
  deps_.memory.forget_pairs();
  return {};
}

std::string Blocks::signature(std::string_view signed_part) const {
  return crypto::base64url(bytes_of(crypto::hmac_sha256(bytes_of(deps_.link_key), fmt::format("unblock|{}", signed_part))));
}

Blocks::Link Blocks::unblock_link(UserId user) const {
  const Timestamp expires_at = deps_.clock.now() + deps_.settings.unblock_link_life;
  const auto signed_part = fmt::format("{}.{}", to_base62(user.value), to_unix_seconds(expires_at));
  return {.url = fmt::format("{}/unblock/{}.{}", deps_.settings.auth_url, signed_part, signature(signed_part)), .expires_at = expires_at};
}

Status Blocks::unblock_by_link(std::string_view token, const std::string& address) {
  const auto parts = text::split(token, '.');
  if (parts.size() != 3 || !crypto::equal_constant_time(signature(token.substr(0, token.rfind('.'))), parts[2]))
    return fail(Errc::forbidden, "signature_invalid", "The link is not complete; copy all of it.");
  const auto user = uuid_from_base62(parts[0]);
  const auto expires = text::parse_int(parts[1]);
  if (!user || !expires || *expires <= to_unix_seconds(deps_.clock.now()))
    return fail(Errc::gone, "link_expired", "The link has expired. Reset the password to get in again.");
  const UserId id(*user);
  if (auto lifted = lift_all(id); !lifted) return lifted;
  deps_.audit.record({.actor_kind = audit::ActorKind::user, .user_id = id, .endpoint = "security.login_unblocked", .ip_address = address,
                      .note = "by the mailed link"});
  return {};
}

}  // namespace openstrat::protection
