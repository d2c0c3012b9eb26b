// What routers and SFTP gateways call.
#include "backups/dto.hpp"
#include "backups/grant_fragments.hpp"
#include "backups/http_uploads.hpp"
#include "backups/routes.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/errors.hpp"
#include "http/router.hpp"
#include "http/url_text.hpp"

namespace openstrat::backups {
namespace {

using http::Auth;
using http::Method;
using http::RawCall;
using http::Responder;
using http::Response;

std::int64_t query_number(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::parse_query(request.query))
    if (key == name) return text::parse_int(value).value_or(0);
  return 0;
}

Response take_part(const Services& s, const RawCall& call) {
  const auto grant = GrantId::parse(call.path_value("grant"));
  if (!grant) return http::to_text_response(Error(Errc::not_found, "no such upload"));
  const auto taken = s.http_uploads.take(*grant, query_number(call.request, "part"), query_number(call.request, "of"), call.request.body);
  if (taken) return Response{};
  log::info("a piece of a backup was refused", {{"grant", grant->to_string()}, log::of(taken.error())});
  return http::to_text_response(taken.error());
}

/// For a gateway of the usual kind: a policy that leaves its session nothing but writing below the site's folder.
SftpConfigView config_for(const Settings& settings, const Grant& grant) {
  const std::string bucket = settings.brand.prefix + "-backups", site = grant.site_id.to_string();
  return {.role = "arn:aws:iam::000000000000:role/" + settings.brand.prefix + "-sftp-upload", .home_directory = "/" + bucket + "/" + site,
          .policy = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:PutObject"],"Resource":"arn:aws:s3:::)" + bucket + "/" +
                    site + "/" + grant.file.to_string() + R"("}]})"};
}

}  // namespace

void add_upload_routes(http::Router& router, const Services& s) {
  router.add_device(Method::post, "/backup-upload/{grant:uuid}", {
      .family = "Devices", .summary = "Upload a backup in pieces (from Device)",
      .description = "`part` of `of` pieces of at most 32 KiB, in order; the last one stores the backup. For networks that let no SFTP out.",
      .auth = Auth::signed_url, .body_limit = 64 * 1024,
      .handle = [s, &router](RawCall call, Responder responder) {
        auto shared = std::make_shared<std::pair<RawCall, Responder>>(std::move(call), std::move(responder));
        if (router.hooks().execute([s, shared] { shared->second(take_part(s, shared->first)); })) return;
        Response busy{.status = 503};
        busy.headers.set("Retry-After", "5");
        shared->second(std::move(busy));
      }});

  router.add<SftpConfigRequest, http::JsonText>(Method::get, "/servers/{serverId}/users/{username}/config", {
      .family = "Internal", .summary = "SFTP User Authentication",
      .description = "For an external SFTP gateway: header `Password` is the password of the backup script. `Role`, `HomeDirectory` and `Policy`, or `{}` "
                     "when the login is refused.",
      .auth = Auth::internal, .scope = "-",
      .handle = [s](http::Call&, SftpConfigRequest request) -> Result<http::JsonText> {
        const auto grant = s.grants.check(request.username, request.password.value_or(""));
        if (!grant) return fail(grant.error());
        if (!*grant) return http::JsonText{"{}"};
        return http::JsonText{http::to_json(config_for(s.settings, **grant))};
      }});
}

}  // namespace openstrat::backups
