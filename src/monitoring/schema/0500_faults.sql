-- Disturbances from their first sign to their end.
CREATE TABLE fault (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  pid TEXT NOT NULL,                 -- flt_<ksuid>
  type TEXT NOT NULL,                -- site, wantunnel, …
  kind TEXT NOT NULL,                -- cause class: one open fault per (type, kind, resource)
  resource_id TEXT NOT NULL,
  site_id TEXT,
  message TEXT NOT NULL,
  severity TEXT NOT NULL,            -- low medium high critical
  cause TEXT NOT NULL,
  created_at BIGINT NOT NULL,        -- when the disturbance began
  resolved_at BIGINT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX fault_pid ON fault (pid);
CREATE UNIQUE INDEX fault_open ON fault (customer_id, type, kind, resource_id) WHERE resolved_at IS NULL;
CREATE INDEX fault_by_site ON fault (customer_id, site_id, created_at);
CREATE INDEX fault_age ON fault (created_at);

-- Events that already had their effect: delivery is at least once.
CREATE TABLE fault_event_seen (
  event_id TEXT NOT NULL PRIMARY KEY,
  seen_at BIGINT NOT NULL
);
CREATE INDEX fault_event_seen_age ON fault_event_seen (seen_at);
