-- All jobs of a team, newest first, whatever their site; and what failed lately.
CREATE INDEX job_recent ON job (customer_id, created_at, id);
CREATE INDEX job_by_state ON job (customer_id, state, created_at, id);
CREATE INDEX job_failed ON job (customer_id, failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX job_batch_recent ON job_batch (customer_id, created_at, id);
