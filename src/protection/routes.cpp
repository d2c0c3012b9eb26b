#include "protection/routes.hpp"

#include "base/crypto.hpp"
#include "http/pagination.hpp"
#include "http/router.hpp"
#include "protection/allow_list.hpp"
#include "protection/blocks.hpp"
#include "protection/dto.hpp"
#include "protection/page.hpp"
#include "protection/policies.hpp"

namespace openstrat::protection {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoContent;
using http::NoFields;
using std::chrono::minutes;

constexpr std::string_view kFamily = "Security";
constexpr std::string_view kScope = "team:update";  // owners and administrators

std::optional<minutes> to_minutes(const std::optional<int>& count) { return count ? std::optional(minutes(*count)) : std::nullopt; }
std::optional<int> to_count(const std::optional<minutes>& time) { return time ? std::optional(static_cast<int>(time->count())) : std::nullopt; }

SecurityPolicy to_policy(const PolicyBody& body) {
  return {.min_length = body.min_length, .max_age_days = body.max_age_days, .history = body.history, .require_mfa = body.require_mfa,
          .session_idle = to_minutes(body.session_idle_minutes), .session_absolute = to_minutes(body.session_absolute_minutes)};
}

PolicyBody to_view(const SecurityPolicy& policy) {
  return {.min_length = policy.min_length, .max_age_days = policy.max_age_days, .history = policy.history, .require_mfa = policy.require_mfa,
          .session_idle_minutes = to_count(policy.session_idle), .session_absolute_minutes = to_count(policy.session_absolute)};
}

NetworkView to_view(const AllowedNetwork& network) {
  return {.id = network.id, .cidr = network.cidr.to_string(), .note = network.note, .created_by = network.created_by, .created_at = network.created_at};
}

BlockView to_view(const Block& block) {
  return {.id = block.id, .user_id = block.user_id, .email = block.email, .address = block.address, .source = block.source, .failures = block.failures,
          .blocked_at = block.blocked_at, .until = block.until};
}

void add_policy_routes(http::Router& router, const Services& s) {
  router.add<NoFields, PolicyBody>(Method::get, "/security/policy", {
      .family = kFamily, .summary = "Get the security policy", .description = "What the team asks of its members. A person in several teams keeps the strictest of each rule.",
      .auth = Auth::bearer, .scope = kScope,
      .handle = [s](Call& call, NoFields) -> Result<PolicyBody> {
        const auto policy = s.policies.of_team(call.tenant());
        if (!policy) return fail(policy.error());
        return to_view(*policy);
      }});
  router.add<PolicyBody, PolicyBody>(Method::put, "/security/policy", {
      .family = kFamily, .summary = "Update the security policy",
      .description = "Replaces the policy; what is left out goes back to its default. Counts at once here and within five seconds on other nodes.",
      .auth = Auth::bearer, .scope = kScope,
      .handle = [s](Call& call, PolicyBody body) -> Result<PolicyBody> {
        if (auto stored = s.policies.put(call.tenant(), to_policy(body)); !stored) return fail(stored.error());
        return body;
      }});
}

void add_network_routes(http::Router& router, const Services& s) {
  router.add<NoFields, std::vector<NetworkView>>(Method::get, "/security/ip-allowlist", {
      .family = kFamily, .summary = "List allowed IPs", .description = "Networks that the team trusts (at most 200): its members are neither throttled nor challenged from there.",
      .auth = Auth::bearer, .scope = kScope,
      .handle = [s](Call& call, NoFields) -> Result<std::vector<NetworkView>> {
        const auto networks = s.allowed.list(call.tenant());
        if (!networks) return fail(networks.error());
        std::vector<NetworkView> views;
        for (const auto& network : *networks) views.push_back(to_view(network));
        return views;
      }});
  router.add<AddNetworkRequest, NetworkView>(Method::post, "/security/ip-allowlist", {
      .family = kFamily, .summary = "Add an allowed IP", .description = "Blocks after ten wrong passwords stay in force from there, too.",
      .auth = Auth::bearer, .scope = kScope, .status = 201, .errors = {Errc::conflict},
      .handle = [s](Call& call, AddNetworkRequest request) -> Result<NetworkView> {
        const auto added = s.allowed.add(call.tenant(), request.cidr, request.note, call.principal.user_id);
        if (!added) return fail(added.error());
        return to_view(*added);
      }});
  router.add<NetworkRequest, NoContent>(Method::delete_, "/security/ip-allowlist/{id}", {
      .family = kFamily, .summary = "Remove an allowed IP", .auth = Auth::bearer, .scope = kScope, .errors = {Errc::not_found},
      .handle = [s](Call& call, NetworkRequest request) -> Result<NoContent> {
        if (auto removed = s.allowed.remove(call.tenant(), request.id); !removed) return fail(removed.error());
        return NoContent{};
      }});
}

Result<http::CursorView<BlockView>> list_blocks(const Services& s, const Tenant& tenant, const http::CursorQuery& paging) {
  const std::string list = "blocks " + tenant.customer_id.to_string();
  std::optional<BlockPosition> after;
  if (paging.cursor) {
    const auto position = s.cursors.open(*paging.cursor, list);
    if (!position) return fail(position.error());
    const auto at = parse_iso8601(position->sort_key);
    const auto id = BlockId::parse(position->id);
    if (!at || !id) return fail(Errc::malformed, "parameter_invalid", "The cursor is not valid.");
    after = BlockPosition{.blocked_at = *at, .id = *id};
  }
  auto blocks = s.blocks.of_team(tenant, after, paging.limit + 1);
  if (!blocks) return fail(blocks.error());
  http::CursorView<BlockView> view;
  view.meta.has_more = static_cast<int>(blocks->size()) > paging.limit;
  if (view.meta.has_more) blocks->pop_back();
  for (const Block& block : *blocks) view.data.push_back(to_view(block));
  view.meta.count = static_cast<std::int64_t>(view.data.size());
  if (view.meta.has_more) view.meta.cursor = s.cursors.sign({to_iso8601(blocks->back().blocked_at), blocks->back().id.to_string()}, list);
  return view;
}

void add_block_routes(http::Router& router, const Services& s) {
  router.add<ListBlocksRequest, http::CursorView<BlockView>>(Method::get, "/security/blocks", {
      .family = kFamily, .summary = "List blocks", .description = "Addresses that are kept out of a member's account after too many wrong passwords; newest first.",
      .auth = Auth::bearer, .scope = kScope,
      .handle = [s](Call& call, ListBlocksRequest request) { return list_blocks(s, call.tenant(), request.paging); }});
  router.add<BlockRequest, NoContent>(Method::delete_, "/security/blocks/{id}", {
      .family = kFamily, .summary = "Remove a block", .auth = Auth::bearer, .scope = kScope, .errors = {Errc::not_found},
      .handle = [s](Call& call, BlockRequest request) -> Result<NoContent> {
        if (auto removed = s.blocks.remove(call.tenant(), request.id); !removed) return fail(removed.error());
        return NoContent{};
      }});
  router.add<UnblockRequest, NoContent>(Method::get, "/unblock/{token}", {
      .family = "Sign-in", .summary = "Unblock an account",
      .description = "The link out of the mail about a blocked sign-in, good for 24 hours. Lifts every block of the account, then leads to the sign-in page.",
      .auth = Auth::public_, .own_auth = "unblock-token", .scope = "-", .rate_limit = "sign_in", .errors = {Errc::forbidden, Errc::gone},
      .handle = [s](Call& call, UnblockRequest request) -> Result<NoContent> {
        if (auto lifted = s.blocks.unblock_by_link(request.token, call.request.remote.to_string()); !lifted) return fail(lifted.error());
        call.reply.status = 302;
        call.reply.headers.set("Location", s.auth_url + "/signin?notice=unblocked");
        return NoContent{};
      }});
}

}  // namespace

void add_routes(http::Router& router, const Services& services) {
  add_policy_routes(router, services);
  add_network_routes(router, services);
  add_block_routes(router, services);
}

void add_assets(http::Router& router) {
  const std::string etag = '"' + crypto::hex(crypto::sha256(kProofOfWorkScript)).substr(0, 32) + '"';
  const auto script = std::make_shared<const std::string>(kProofOfWorkScript);
  router.add_device(Method::get, "/assets/proof-of-work.js", {
      .family = kFamily, .summary = "Solver of the sign-in challenge", .auth = Auth::public_, .is_documented = false,
      .handle = [=](http::RawCall call, http::Responder respond) {
        http::Response response;
        response.headers.set("ETag", etag);
        response.headers.set("Cache-Control", "public, max-age=3600");
        if (call.request.headers.find("If-None-Match") == etag) {
          response.status = 304;
        } else {
          response.content_type = "text/javascript; charset=utf-8";
          response.shared_body = script;
        }
        respond(std::move(response));
      }});
}

}  // namespace openstrat::protection
