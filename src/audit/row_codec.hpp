// Audit entries as records of the journal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/log_store.hpp"

namespace openstrat::audit {

std::string encode_row(const log_store::Row& row);
std::optional<log_store::Row> decode_row(std::string_view record);

}  // namespace openstrat::audit
