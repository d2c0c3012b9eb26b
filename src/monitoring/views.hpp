// Faults as the wire has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "monitoring/fault_dto.hpp"
#include "monitoring/fault_reader.hpp"
#include "monitoring/settings.hpp"

namespace openstrat::fleet {
class SiteService;
}

namespace openstrat::monitoring {

enum class RowForm { current, seed };
/// What the header Accept-Version asks for.
RowForm row_form(const std::optional<std::string>& version);

FaultRow to_row(const NamedFault& named, RowForm form, Timestamp now);
std::vector<FaultRow> to_rows(const std::vector<NamedFault>& faults, RowForm form, Timestamp now);
FaultView to_view(const NamedFault& named, const Settings& settings, Timestamp now);
FaultView to_view(const FaultReader::Detail& detail, const Settings& settings, Timestamp now);

/// The site by any of its names; not_found when the caller has no such site.
Result<std::optional<SiteId>> site_of(fleet::SiteService& sites, const Tenant& tenant, const std::optional<fleet::SiteRef>& site);
/// Checks that the times make a range.
Status check_range(std::optional<Timestamp> from, std::optional<Timestamp> until);
std::vector<Severity> severities_of(const std::vector<SeverityWord>& words);

}  // namespace openstrat::monitoring
