// auth.providers: identity providers of the whole installation.
#pragma once

#include <vector>

#include "app/config_file.hpp"
#include "base/error.hpp"
#include "federation/types.hpp"

namespace openstrat::app {

/// Tables; ids become `instance-…`. Secrets may lie in files (`client_secret_file`). An error names the provider and the field.
Result<std::vector<federation::Provider>> parse_providers(const RawValue& raw);

}  // namespace openstrat::app
