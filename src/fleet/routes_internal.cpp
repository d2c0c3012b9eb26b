// Operations for other services of the platform.
#include "fleet/routes.hpp"
#include "fleet/site_dto.hpp"
#include "fleet/site_service.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr std::string_view kFamily = "Internal";

std::vector<std::string> to_texts(const std::vector<SiteId>& ids) {
  std::vector<std::string> texts;
  texts.reserve(ids.size());
  for (const SiteId id : ids) texts.push_back(id.to_string());
  return texts;
}

}  // namespace

void add_internal_routes(http::Router& router, const Services& s) {
  router.add<CustomerRequest, std::vector<std::string>>(Method::get, "/internal/customers/{customer}/site-ids", {
      .family = kFamily, .summary = "Get Customer Site IDs (Internal Lite)", .description = "Including sites that are being deleted; an unknown team has none.",
      .auth = Auth::internal, .scope = "-",
      .handle = [s](Call&, CustomerRequest request) -> Result<std::vector<std::string>> {
        const auto ids = s.sites.ids_of_customer(request.customer);
        if (!ids) return fail(ids.error());
        return to_texts(*ids);
      }});
  router.add<CustomerRequest, std::vector<SiteView>>(Method::get, "/internal/customers/{customer}/sites", {
      .family = kFamily, .summary = "Get Customer Sites (Internal)", .auth = Auth::internal, .scope = "-",
      .handle = [s](Call& call, CustomerRequest request) -> Result<std::vector<SiteView>> {
        const auto sites = s.sites.sites_of_customer(request.customer, request.with_deleted);
        if (!sites) return fail(sites.error());
        return to_views(*sites, call.now);
      }});
  router.add<OnlineSitesRequest, std::vector<std::string>>(Method::get, "/internal/sites/online", {
      .family = kFamily, .summary = "Get Online Site IDs (Internal)", .auth = Auth::internal, .scope = "-",
      .handle = [s](Call&, OnlineSitesRequest request) -> Result<std::vector<std::string>> {
        const auto ids = s.sites.online_ids(request.customer_id);
        if (!ids) return fail(ids.error());
        return to_texts(*ids);
      }});
  router.add<SiteCountsRequest, std::map<std::string, std::int64_t>>(Method::post, "/internal/customers/site-counts", {
      .family = kFamily, .summary = "Get Site Counts for Multiple Customers (Internal)", .description = "Adopted sites of each team; unknown teams count 0.",
      .auth = Auth::internal, .scope = "-", .audit = false,
      .handle = [s](Call&, SiteCountsRequest request) -> Result<std::map<std::string, std::int64_t>> {
        const auto counts = s.sites.adopted_counts(request.customers);
        if (!counts) return fail(counts.error());
        std::map<std::string, std::int64_t> view;
        for (std::size_t i = 0; i < counts->size(); ++i) view[request.customers[i].to_string()] = (*counts)[i];
        return view;
      }});
}

}  // namespace openstrat::fleet
