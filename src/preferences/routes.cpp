#include "preferences/routes.hpp"

#include "base/text.hpp"
#include "http/router.hpp"
#include "preferences/dto.hpp"
#include "preferences/preference_service.hpp"

namespace openstrat::preferences {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr std::string_view kFamily = "Own settings";

PreferenceView to_view(const Preference& preference) {
  return {.name = preference.name, .value = {preference.value}, .revision = preference.revision, .updated_at = preference.updated_at};
}

PreferenceView answer(Call& call, const Preference& preference) {
  call.reply.headers.set("ETag", "\"" + std::to_string(preference.revision) + "\"");
  return to_view(preference);
}

/// The number in `"7"`.
Result<std::optional<std::int64_t>> revision_in(const std::optional<std::string>& if_match) {
  if (!if_match) return std::optional<std::int64_t>{};
  const auto number = text::parse_int(text::trim(*if_match).starts_with('"') && if_match->size() > 2 ? std::string_view(*if_match).substr(1, if_match->size() - 2) : *if_match);
  if (!number) return invalid_field("If-Match", "must be the ETag of the setting, such as \"3\"");
  return std::optional(*number);
}

}  // namespace

void add_routes(http::Router& router, PreferenceService& service) {
  router.add<http::NoFields, std::vector<PreferenceView>>(Method::get, "/me/settings", {
      .family = kFamily, .summary = "List own settings", .description = "What applications keep for you in this team, by name.", .auth = Auth::bearer, .scope = "-",
      .handle = [&service](Call& call, http::NoFields) -> Result<std::vector<PreferenceView>> {
        const auto found = service.list(call.tenant(), *call.principal.user_id);
        if (!found) return fail(found.error());
        std::vector<PreferenceView> views;
        for (const Preference& preference : *found) views.push_back(to_view(preference));
        return views;
      }});
  router.add<PreferenceRequest, PreferenceView>(Method::get, "/me/settings/{name}", {
      .family = kFamily, .summary = "Get an own setting", .auth = Auth::bearer, .scope = "-", .errors = {Errc::not_found},
      .handle = [&service](Call& call, PreferenceRequest request) -> Result<PreferenceView> {
        const auto found = service.find(call.tenant(), *call.principal.user_id, request.name);
        if (!found) return fail(found.error());
        return answer(call, *found);
      }});
  router.add<PutPreferenceRequest, PreferenceView>(Method::put, "/me/settings/{name}", {
      .family = kFamily, .summary = "Put an own setting", .description = "The body is the value. At most 200 settings a team.", .auth = Auth::bearer, .scope = "-",
      .audit = false, .body_limit = 2 * PreferenceService::kLargest, .errors = {Errc::conflict, Errc::precondition_failed, Errc::too_large},
      .handle = [&service](Call& call, PutPreferenceRequest request) -> Result<PreferenceView> {
        const auto expected = revision_in(request.if_match);
        if (!expected) return fail(expected.error());
        const auto stored = service.put(call.tenant(), *call.principal.user_id, request.name, std::move(request.value.text), *expected);
        if (!stored) return fail(stored.error());
        return answer(call, *stored);
      }});
  router.add<PreferenceRequest, http::NoContent>(Method::delete_, "/me/settings/{name}", {
      .family = kFamily, .summary = "Delete an own setting", .auth = Auth::bearer, .scope = "-", .audit = false, .errors = {Errc::not_found},
      .handle = [&service](Call& call, PreferenceRequest request) -> Result<http::NoContent> {
        if (auto removed = service.remove(call.tenant(), *call.principal.user_id, request.name); !removed) return fail(removed.error());
        return http::NoContent{};
      }});
}

}  // namespace openstrat::preferences
