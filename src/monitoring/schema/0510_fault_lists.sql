-- What people add to faults, and what lists of them need.
ALTER TABLE fault ADD COLUMN reporter TEXT NOT NULL DEFAULT 'heartbeat-monitor';
ALTER TABLE fault ADD COLUMN resource_path TEXT;      -- ids from the outermost to the resource: a|b
CREATE INDEX fault_by_time ON fault (customer_id, created_at, id);
CREATE INDEX fault_open_by_time ON fault (customer_id, created_at, id) WHERE resolved_at IS NULL;
CREATE INDEX fault_by_end ON fault (customer_id, COALESCE(resolved_at, 9223372036854775807));
CREATE INDEX fault_wan ON fault (customer_id, created_at, id) WHERE type = 'wantunnel';

CREATE TABLE fault_comment (
  customer_id TEXT NOT NULL,
  fault_id TEXT NOT NULL,
  id TEXT NOT NULL,                  -- UUIDv7: time order
  user_id TEXT,
  author TEXT NOT NULL,              -- name at that time
  comment TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, fault_id, id),
  FOREIGN KEY (customer_id, fault_id) REFERENCES fault (customer_id, id) ON DELETE CASCADE
);
