#include "app/web_app_parts.hpp"

#include <algorithm>

#include "app/version.hpp"

namespace openstrat::app {

Result<std::shared_ptr<const web_app::Files>> web_app_files(const Config& config, std::string_view pack) {
  using Shared = std::shared_ptr<const web_app::Files>;
  if (std::ranges::find(config.roles, "portal") == config.roles.end()) return Shared();
  if (!config.web_directory.empty()) {
    auto directory = std::make_shared<const web_app::Directory>(config.web_directory);
    if (!directory->find("index.html")) return fail(Errc::invalid, "web.directory: there is no index.html in " + config.web_directory.string());
    return Shared(std::move(directory));
  }
  if (pack.empty()) return Shared();
  auto read = web_app::Pack::read(pack);
  if (!read) return fail(read.error());
  return Shared(*std::move(read));
}

web_app::Settings web_app_settings(const Config& config, const PublicUrls& urls) {
  return {.api = urls.api, .auth = urls.auth, .portal = urls.portal, .docs = urls.docs,
          .api_origin = origin_of(urls.api), .auth_origin = origin_of(urls.auth),
          .brand_name = config.brand.name, .brand_color = config.brand.color, .brand_logo_url = config.brand.logo_url,
          .logo_origin = origin_of(config.brand.logo_url), .version = kVersion, .open_sign_up = config.auth.registration == "open"};
}

std::string home_of(const PublicUrls& urls, bool has_web_app) {
  if (!has_web_app) return "/account";
  return urls.derived ? "/app/" : urls.portal + "/";
}

std::vector<std::string> dashboard_origins(const PublicUrls& urls) {
  const std::string portal = origin_of(urls.portal);
  if (portal == origin_of(urls.api) && portal == origin_of(urls.auth)) return {};
  return {portal};
}

}  // namespace openstrat::app
