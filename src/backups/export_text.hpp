// What backups need to know of an export's text. Pure functions over hostile bytes.
#pragma once

#include <string>
#include <string_view>

#include "backups/types.hpp"
#include "base/error.hpp"
#include "routeros/scripts.hpp"

namespace openstrat::backups {

/// Whether the bytes can be a configuration export: not empty, not too long, text, with commands or an export's first line.
Status check_export(std::string_view bytes);
ExportFacts facts_of(std::string_view text);

enum class Secrets { hidden, shown };
/// As UTF-8 for people; secrets as `****` unless shown.
std::string readable(std::string_view text, Secrets secrets, const routeros::Brand& brand);

/// The unified difference of what two exports mean: header comments and our own tokens do not count. A changed secret shows as
/// a changed line whose values are hidden on both sides.
std::string difference(std::string_view from_name, std::string_view from, std::string_view to_name, std::string_view to, Secrets secrets,
                       const routeros::Brand& brand);

}  // namespace openstrat::backups
