#include "identity/routes.hpp"

#include "http/router.hpp"
#include "identity/dto.hpp"
#include "identity/scopes.hpp"
#include "identity/signing_keys.hpp"

namespace openstrat::identity {

using http::Auth;
using http::Call;
using http::JsonText;
using http::Method;
using http::NoFields;

void add_published_routes(http::Router& router, SigningKeys& keys) {
  router.add<NoFields, JsonText>(Method::get, "/.well-known/jwks.json", {
      .family = "Identity", .summary = "JWKS",
      .description = "The public keys that access tokens are signed with (RFC 7517). May be kept for an hour.",
      .auth = Auth::public_, .media_type = "application/json",
      .handle = [&keys](Call& call, NoFields) -> Result<JsonText> {
        auto document = keys.jwks();
        if (!document) return fail(std::move(document.error()));
        call.reply.headers.set("Cache-Control", "public, max-age=3600");
        call.reply.headers.set("Access-Control-Allow-Origin", "*");  // applications in browsers verify ID tokens
        return JsonText{*std::move(document)};
      }});
  router.add<NoFields, std::vector<ScopeView>>(Method::get, "/scopes", {
      .family = "Identity", .summary = "List scopes", .description = "Every permission scope there is.",
      .aliases = {"/permissions"}, .auth = Auth::bearer | Auth::api_key, .scope = "-", .needs_team = false,
      .handle = [](Call&, NoFields) -> Result<std::vector<ScopeView>> {
        std::vector<ScopeView> out;
        for (const auto& info : scopes()) out.push_back({std::string(info.scope), std::string(info.description), std::string(info.group)});
        return out;
      }});
}

void add_routes(http::Router& router, const Services& services) {
  add_published_routes(router, services.signing_keys);
  add_user_routes(router, services);
  add_team_routes(router, services);
  add_role_routes(router, services);
  add_key_routes(router, services);
}

}  // namespace openstrat::identity
