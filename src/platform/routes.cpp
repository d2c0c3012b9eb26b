#include "platform/routes.hpp"

#include <memory>

#include "http/dto.hpp"
#include "http/router.hpp"

namespace openstrat::platform {

struct EndpointView { std::string role, host; int port = 443; std::string protocol, purpose; };
struct InfrastructureView { std::vector<EndpointView> endpoints; };
struct RegionView { std::string code, name, fqdn; };
struct VersionView { std::string product, version; };
struct StatusView { std::string status, message; Timestamp checked_at{}; };

}  // namespace openstrat::platform

namespace openstrat {

template <>
struct http::Fields<platform::EndpointView> {
  using V = platform::EndpointView;
  static constexpr auto table = fields<V>("InfrastructureEndpoint", body<&V::role>("role", "what it serves").example("device_api"), body<&V::host>("host", "name or address"),
      body<&V::port>("port", "TCP port"), body<&V::protocol>("protocol", "spoken there"), body<&V::purpose>("purpose", "why a firewall has to let it through"));
};
template <>
struct http::Fields<platform::InfrastructureView> {
  using V = platform::InfrastructureView;
  static constexpr auto table = fields<V>("Infrastructure", body<&V::endpoints>("endpoints", "what sites, people and tools connect to; nothing connects from here to a site"));
};
template <>
struct http::Fields<platform::RegionView> {
  using V = platform::RegionView;
  static constexpr auto table = fields<V>("Region", body<&V::code>("code", "short name"), body<&V::name>("name", "for people"), body<&V::fqdn>("fqdn", "host that routers call"));
};
template <>
struct http::Fields<platform::VersionView> {
  using V = platform::VersionView;
  static constexpr auto table = fields<V>("Version", body<&V::product>("product", "name of the product here"), body<&V::version>("version", "of the server"));
};
template <>
struct http::Fields<platform::StatusView> {
  using V = platform::StatusView;
  static constexpr auto table = fields<V>("PublicStatus", body<&V::status>("status", "`operational` or `degraded`"), body<&V::message>("message", "what works, or does not"),
      body<&V::checked_at>("checked_at", "now"));
};

}  // namespace openstrat

namespace openstrat::platform {

using http::Auth;
using http::Call;
using http::Method;
using http::NoFields;

void add_routes(http::Router& router, Facts given) {
  const auto facts = std::make_shared<const Facts>(std::move(given));
  router.add<NoFields, InfrastructureView>(Method::get, "/infrastructure-ips", {
      .family = "Operation", .summary = "Infrastructure addresses", .description = "For firewall rules on the way out of a site. Allow names rather than addresses where you can.",
      .aliases = {"/infrastructure"}, .auth = Auth::public_, .scope = "-",
      .handle = [facts](Call& call, NoFields) -> Result<InfrastructureView> {
        call.reply.headers.set("Cache-Control", "public, max-age=3600");
        InfrastructureView view;
        for (const Endpoint& one : facts->infrastructure) view.endpoints.push_back({one.role, one.host, one.port, one.protocol, one.purpose});
        return view;
      }});
  router.add<NoFields, std::vector<RegionView>>(Method::get, "/regions", {
      .family = "Operation", .summary = "List regions", .auth = Auth::bearer, .scope = "-", .needs_team = false,
      .handle = [facts](Call&, NoFields) -> Result<std::vector<RegionView>> {
        return std::vector<RegionView>{{facts->region_code, facts->region_name, facts->region_host}};
      }});
  router.add<NoFields, VersionView>(Method::get, "/version", {
      .family = "Operation", .summary = "Version", .auth = Auth::public_, .scope = "-",
      .handle = [facts](Call&, NoFields) -> Result<VersionView> { return VersionView{facts->product, facts->version}; }});
  router.add<NoFields, StatusView>(Method::get, "/status", {
      .family = "Operation", .summary = "Public status", .description = "For a status page. Says nothing about tenants.", .auth = Auth::public_, .scope = "-",
      .handle = [facts](Call& call, NoFields) -> Result<StatusView> {
        const std::string trouble = facts->trouble();
        call.reply.headers.set("Cache-Control", "no-store");
        return StatusView{trouble.empty() ? "operational" : "degraded", trouble.empty() ? "Everything works." : trouble, call.now};
      }});
}

}  // namespace openstrat::platform
