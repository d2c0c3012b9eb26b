// The web application as this process serves it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "app/endpoints.hpp"
#include "base/error.hpp"
#include "web_app/files.hpp"
#include "web_app/settings.hpp"

namespace openstrat::app {

/// Out of web.directory, else out of `pack`; nullptr: this process has none (no pack, or not the role `portal`).
Result<std::shared_ptr<const web_app::Files>> web_app_files(const Config& config, std::string_view pack);
web_app::Settings web_app_settings(const Config& config, const PublicUrls& urls);

/// Where somebody goes who is signed in and wanted nothing in particular.
std::string home_of(const PublicUrls& urls, bool has_web_app);

/// Origins whose pages may call us: the web application's, when it is not our own.
std::vector<std::string> dashboard_origins(const PublicUrls& urls);

}  // namespace openstrat::app
