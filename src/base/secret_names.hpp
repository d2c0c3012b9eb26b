// Which fields hold secrets, by their names: such values never reach logs, the audit log or mails.
#pragma once

#include <string_view>

namespace openstrat {

/// password, secret, token, key, authorization, psk or private anywhere in the name, in any case.
bool names_a_secret(std::string_view field);

}  // namespace openstrat
