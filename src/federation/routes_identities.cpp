// A person's own accounts at other providers.
#include "federation/account_linker.hpp"
#include "federation/dto.hpp"
#include "federation/federation_service.hpp"
#include "federation/routes.hpp"
#include "http/router.hpp"

namespace openstrat::federation {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr std::string_view kFamily = "Identity providers";

identity::Origin origin_of(const Call& call) {
  return {.ip = call.request.remote.to_string(), .user_agent = std::string(call.request.headers.find("User-Agent").value_or(""))};
}

Result<IdentityView> to_view(const UserIdentity& identity, const Services& s) {
  IdentityView view{.id = identity.id, .provider_id = identity.provider_id, .created_at = identity.created_at, .last_used_at = identity.last_used_at};
  if (!identity.email.empty()) view.email = identity.email;
  const auto provider = s.providers.find_for_sign_in(identity.provider_id);
  if (!provider) return fail(provider.error());
  if (*provider) view.provider = (*provider)->name, view.type = std::string(to_string((*provider)->type));
  return view;
}

}  // namespace

void add_identity_routes(http::Router& router, const Services& s) {
  router.add<http::NoFields, std::vector<IdentityView>>(Method::get, "/me/identities", {
      .family = kFamily, .summary = "List own identities", .description = "The accounts at other providers that the signed-in user can sign in with.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false,
      .handle = [s](Call& call, http::NoFields) -> Result<std::vector<IdentityView>> {
        const auto identities = s.linker.identities_of(call.principal.user_id.value_or(UserId()));
        if (!identities) return fail(identities.error());
        std::vector<IdentityView> out;
        for (const auto& identity : *identities) {
          auto view = to_view(identity, s);
          if (!view) return fail(view.error());
          out.push_back(*std::move(view));
        }
        return out;
      }});
  router.add<LinkRequest, UrlView>(Method::post, "/me/identities", {
      .family = kFamily, .summary = "Add an identity",
      .description = "Open the URL in the browser that the user is signed in with; it leads through the provider and back to return_to.", .auth = Auth::bearer,
      .scope = "-", .needs_team = false, .errors = {Errc::not_found},
      .handle = [s](Call& call, LinkRequest request) -> Result<UrlView> {
        if (request.return_to && !sign_in::BrowserService::is_own_path(*request.return_to)) return invalid_field("return_to", "must be a path such as /app/security");
        auto url = s.federation.url_for(Purpose::link, request.provider_id, call.principal.user_id.value_or(UserId()), request.return_to.value_or(""));
        if (!url) return fail(url.error());
        return UrlView{*std::move(url)};
      }});
  router.add<IdentityIdRequest, http::NoContent>(Method::delete_, "/me/identities/{id}", {
      .family = kFamily, .summary = "Remove an identity", .description = "409 `last_sign_in` when the user could not sign in any more.", .auth = Auth::bearer,
      .scope = "-", .needs_team = false, .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, IdentityIdRequest request) -> Result<http::NoContent> {
        const auto removed = s.linker.unlink(call.principal.user_id.value_or(UserId()), request.id, origin_of(call));
        if (!removed) return fail(removed.error());
        return http::NoContent{};
      }});
}

}  // namespace openstrat::federation
