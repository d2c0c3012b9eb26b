-- What lists of sites are ordered and counted by. Columns instead of expressions: PostgreSQL reads an index alone only for columns.
ALTER TABLE site ADD COLUMN state_rank BIGINT NOT NULL DEFAULT 1;     -- 0 offline, 1 pending, 2 deleting, 3 online: worst first
ALTER TABLE site ADD COLUMN seen_order BIGINT NOT NULL DEFAULT 0;     -- 0 never; silent: since when; online: after everything silent
ALTER TABLE site ADD COLUMN version_order BIGINT NOT NULL DEFAULT 0;  -- of software_version, so that 7.9 is before 7.16
UPDATE site SET state_rank = CASE WHEN deleted_at IS NOT NULL THEN 2 WHEN adopted_at IS NULL THEN 1 WHEN has_pulse = TRUE THEN 3 ELSE 0 END,
                seen_order = CASE WHEN adopted_at IS NULL THEN 0 WHEN has_pulse = TRUE THEN 9000000000000000000 ELSE COALESCE(offline_since, adopted_at) END;
CREATE INDEX site_by_state ON site (customer_id, state_rank, name, id);
CREATE INDEX site_by_seen ON site (customer_id, seen_order, id);
CREATE INDEX site_by_model ON site (customer_id, (COALESCE(model, '')), name, id);
CREATE INDEX site_by_version ON site (customer_id, version_order, name, id);
CREATE INDEX site_counted ON site (customer_id, state_rank, software_version, model);
