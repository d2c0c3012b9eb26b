// Which passwords are good enough.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openstrat::identity {

/// Every rule that the password breaks, each a sentence without subject ("must contain a digit"); empty: it is fine.
std::vector<std::string> broken_password_rules(std::string_view password, std::string_view normalised_email);

}  // namespace openstrat::identity
