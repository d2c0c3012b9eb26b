// A fault as its row has it; for the SQL of this room only.
#pragma once

#include "db/session.hpp"
#include "monitoring/types.hpp"

// In the order of read_fault(); a macro so that statements stay one constant text.
#define FAULT_COLUMNS                                                                                                 \
  "customer_id, id, pid, type, kind, resource_id, site_id, message, severity, cause, created_at, resolved_at, reporter, " \
  "resource_path"

namespace openstrat::monitoring::fault_store {

inline Fault read_fault(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(0), .id = row.get<FaultId>(1), .pid = row.get<std::string>(2), .type = row.get<std::string>(3),
          .kind = row.get<std::string>(4), .resource_id = row.get<std::string>(5), .site_id = row.get<std::optional<SiteId>>(6),
          .message = row.get<std::string>(7), .severity = *parse_severity(row.get<std::string>(8)), .cause = row.get<std::string>(9),
          .created_at = row.get<Timestamp>(10), .resolved_at = row.get<std::optional<Timestamp>>(11), .reporter = row.get<std::string>(12),
          .resource_path = row.get<std::optional<std::string>>(13)};
}

inline Result<std::vector<Fault>> read_faults(const Result<std::vector<db::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<Fault> faults;
  faults.reserve(rows->size());
  for (const auto& row : *rows) faults.push_back(read_fault(row));
  return faults;
}

}  // namespace openstrat::monitoring::fault_store
