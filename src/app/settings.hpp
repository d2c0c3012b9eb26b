// From the configuration to what each area reads.
#pragma once

#include "app/config.hpp"
#include "app/endpoints.hpp"
#include "backups/settings.hpp"
#include "fleet/settings.hpp"
#include "identity/password_service.hpp"
#include "identity/settings.hpp"
#include "mail/settings.hpp"
#include "mfa/settings.hpp"
#include "oidc/settings.hpp"
#include "sign_in/settings.hpp"
#include "protection/settings.hpp"
#include "short_links/link_keeper.hpp"

namespace openstrat::app {

routeros::Brand brand_of(const Config& config);
fleet::Settings fleet_settings(const LoadedConfig& config, const PublicUrls& urls);
identity::PasswordService::Options password_options(const Config& config);
mfa::Settings mfa_settings(const Config& config, const PublicUrls& urls);
identity::Settings identity_settings(const LoadedConfig& config, const PublicUrls& urls);
mail::Settings mail_settings(const Config& config, const PublicUrls& urls);
oidc::Settings oidc_settings(const Config& config, const PublicUrls& urls, const crypto::Key32& form_key);
sign_in::Settings sign_in_settings(const Config& config, const PublicUrls& urls);
backups::Settings backup_settings(const Config& config, const PublicUrls& urls);
protection::Settings protection_settings(const Config& config, const PublicUrls& urls);
short_links::Settings short_link_settings(const Config& config, const PublicUrls& urls);

}  // namespace openstrat::app
