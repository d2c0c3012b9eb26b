// How a Site comes out of a row; for the stores of this area.
#pragma once

#include <vector>

#include "db/session.hpp"
#include "fleet/types.hpp"

// The columns of a Site in the order of read_site(), with its pulse; a macro so that statements can stay constant texts.
#define SITE_COLUMNS                                                                                                    \
  "s.customer_id, s.id, s.number, s.pid, s.runbook_id, s.policy_id, s.name, s.address, s.lat, s.lng, s.timezone, "      \
  "s.has_pulse, s.adopted_at, s.booted_at, s.identity, s.model, s.board_name, s.serial_number, s.software_id, "         \
  "s.software_version, s.architecture_name, s.routerboard, s.hardware_hash, s.facts_hash, s.oem, s.token_version, "     \
  "s.takeover_until, s.deleted_at, s.scheduler_removal_at, s.deletion_completed_at, s.offline_since, s.revision, "      \
  "s.created_at, s.updated_at, p.last_seen_at, p.last_seen_from, p.uptime_seconds"
#define SITE_FROM " FROM site s LEFT JOIN site_pulse p ON p.site_id = s.id "

namespace openstrat::fleet::site_store {

Site read_site(const db::Row& row);
Result<std::vector<Site>> read_sites(Result<std::vector<db::Row>> rows);

}  // namespace openstrat::fleet::site_store
