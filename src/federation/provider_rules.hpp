// What an identity provider may look like.
#pragma once

#include <span>

#include "base/error.hpp"
#include "base/net.hpp"
#include "federation/types.hpp"

namespace openstrat::federation {

enum class WrittenBy { team, operator_ };

/// Trims, lowers and drops repeated domains; then invalid with every wrong field.
Status check_provider(ProviderSettings& settings, WrittenBy author, std::span<const Cidr> allowed);

/// Directories of azure that stand for many tenants.
bool is_multi_tenant(std::string_view azure_directory);
/// Mail domains that everybody can have an address in: they say nothing about where somebody belongs.
bool is_public_mail_domain(std::string_view domain);

}  // namespace openstrat::federation
