// How a Job comes out of a row; for the stores of this area.
#pragma once

#include "db/session.hpp"
#include "fleet/types.hpp"

// The columns of a Job in the order of read_job(); a macro so that every statement stays one constant text.
#define JOB_COLUMNS_WITH(script)                                                                                        \
  "j.customer_id, j.id, j.site_id, j.token, j.batch_id, j.retry_of, j.idempotency_key, j.kind, j.description, "         \
  script ", j.express, j.needs_ack, j.should_backup, j.associated_backup, j.notify_url, j.notify_key, j.state, "        \
  "j.deliveries, j.failure_code, j.failure_reason, j.created_by, j.created_at, j.expires_at, j.sent_at, j.started_at, " \
  "j.completed_at, j.failed_at"
#define JOB_COLUMNS JOB_COLUMNS_WITH("j.script")
// Lists of thousands of jobs would carry the same script thousands of times.
#define JOB_COLUMNS_WITHOUT_SCRIPT JOB_COLUMNS_WITH("CAST('' AS TEXT)")
inline constexpr std::size_t kJobColumns = 27;

namespace openstrat::fleet::job_store {

Job read_job(const db::Row& row);

}  // namespace openstrat::fleet::job_store
