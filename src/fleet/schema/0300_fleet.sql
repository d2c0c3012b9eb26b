-- Sites, jobs, runbooks. Every tenant-owned table starts with customer_id; ids are TEXT UUIDs, times BIGINT microseconds UTC.

CREATE TABLE runbook (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  policy_id TEXT NOT NULL,
  name TEXT NOT NULL,
  token TEXT NOT NULL,               -- UUID; base62 in URLs
  site_id TEXT,                      -- a one-site token (POST /sites): single use
  expires_at BIGINT,
  disabled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX runbook_token ON runbook (token);
CREATE INDEX runbook_site ON runbook (customer_id, site_id);

CREATE TABLE site (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  number BIGINT NOT NULL,            -- short key of time series, never reused
  pid TEXT NOT NULL,                 -- site_<ksuid>
  runbook_id TEXT,
  policy_id TEXT,
  name TEXT NOT NULL,
  address TEXT,
  lat DOUBLE PRECISION,
  lng DOUBLE PRECISION,
  timezone TEXT,
  has_pulse BOOLEAN NOT NULL,
  adopted_at BIGINT,
  booted_at BIGINT,                  -- last_seen_at − reported uptime, for reboot detection
  identity TEXT,
  model TEXT,
  board_name TEXT,
  serial_number TEXT,
  software_id TEXT,
  software_version TEXT,
  architecture_name TEXT,
  routerboard BOOLEAN,
  hardware_hash TEXT,
  facts_hash BIGINT NOT NULL,        -- of the slowly changing part of the heartbeat
  oem TEXT NOT NULL,                 -- JSON object, last full heartbeat
  token_version BIGINT NOT NULL,
  takeover_until BIGINT,             -- re-adoption window that an operator opened
  deleted_at BIGINT,
  scheduler_removal_at BIGINT,
  deletion_completed_at BIGINT,
  offline_since BIGINT,              -- first missed heartbeat, while has_pulse is false
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX site_id ON site (id);
CREATE UNIQUE INDEX site_pid ON site (pid);
CREATE UNIQUE INDEX site_number ON site (number);
CREATE UNIQUE INDEX site_hardware ON site (hardware_hash, customer_id);
CREATE INDEX site_name ON site (customer_id, name, id);
CREATE INDEX site_created ON site (customer_id, created_at, id);
CREATE INDEX site_removal ON site (scheduler_removal_at) WHERE scheduler_removal_at IS NOT NULL;

-- What every heartbeat changes, apart from the wide row: written behind in batches of at most a second.
CREATE TABLE site_pulse (
  site_id TEXT NOT NULL PRIMARY KEY,
  last_seen_at BIGINT NOT NULL,
  last_seen_from TEXT NOT NULL,
  uptime_seconds BIGINT,
  cpu_load BIGINT,
  free_memory BIGINT,
  free_hdd_space BIGINT
);

-- Heartbeats received in an hour (hour = hours since 1970 UTC); what is missing against the expected 120 is downtime.
CREATE TABLE heartbeat_hour (
  site_number BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  received BIGINT NOT NULL,
  PRIMARY KEY (site_number, hour)
);
CREATE INDEX heartbeat_hour_age ON heartbeat_hour (hour);

-- Seconds of an hour in which the platform itself did not listen: nobody's downtime.
CREATE TABLE platform_hour (
  hour BIGINT NOT NULL PRIMARY KEY,
  listening_seconds BIGINT NOT NULL
);

-- One counter row per team, so that totals never count the table.
CREATE TABLE site_count (
  customer_id TEXT NOT NULL PRIMARY KEY,
  sites BIGINT NOT NULL,
  adopted BIGINT NOT NULL
);

CREATE TABLE counter (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('site_number', 0);

CREATE TABLE site_tombstone (
  site_id TEXT NOT NULL PRIMARY KEY,
  customer_id TEXT NOT NULL,
  hardware_hash TEXT,
  token_version BIGINT NOT NULL,
  purged_at BIGINT NOT NULL
);
CREATE INDEX site_tombstone_age ON site_tombstone (purged_at);

CREATE TABLE recent_site (
  customer_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  accessed_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, user_id, site_id)
);

CREATE TABLE job (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  token TEXT NOT NULL,               -- 10 base62, in the router's log
  batch_id TEXT,                     -- one job on many sites
  retry_of TEXT,                     -- id of the failed job this one repeats
  idempotency_key TEXT NOT NULL,
  kind TEXT NOT NULL,                -- 'user', or the area's own: 'backup', 'removal', …
  description TEXT NOT NULL,
  script TEXT NOT NULL,
  express BOOLEAN NOT NULL,
  needs_ack BOOLEAN NOT NULL,
  should_backup BOOLEAN NOT NULL,
  associated_backup TEXT,
  notify_url TEXT,
  notify_key TEXT,                   -- hex SHA-256 of the API key's secret, key of the callback's signature; null = unsigned
  state TEXT NOT NULL,               -- pending sent busy completed failed
  deliveries BIGINT NOT NULL,
  failure_code TEXT,                 -- delivery_timeout, execution_timeout, script_error, backup_failed
  failure_reason TEXT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  sent_at BIGINT,
  started_at BIGINT,
  completed_at BIGINT,
  failed_at BIGINT,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX job_id ON job (id);
CREATE UNIQUE INDEX job_token ON job (token);
CREATE UNIQUE INDEX job_idempotency ON job (customer_id, site_id, idempotency_key);
CREATE INDEX job_by_site ON job (customer_id, site_id, created_at, id);
CREATE INDEX job_open ON job (customer_id, site_id, state) WHERE state IN ('pending', 'sent', 'busy');
CREATE INDEX job_deadline ON job (state, sent_at) WHERE state IN ('sent', 'busy');
CREATE INDEX job_by_batch ON job (customer_id, batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX job_age ON job (created_at);

CREATE TABLE job_event (
  customer_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  id TEXT NOT NULL,                  -- UUIDv7: time order
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  context TEXT NOT NULL,             -- JSON object
  PRIMARY KEY (customer_id, job_id, id)
);

-- Events of jobs that were deleted before they ran outlive them; both go by age.
CREATE INDEX job_event_age ON job_event (at);

CREATE TABLE job_batch (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  description TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX job_batch_idempotency ON job_batch (customer_id, idempotency_key);
CREATE TABLE job_batch_item (
  customer_id TEXT NOT NULL,
  batch_id TEXT NOT NULL,
  site_id TEXT NOT NULL,             -- as asked for
  job_id TEXT,                       -- null: refused
  refusal TEXT,                      -- code word
  PRIMARY KEY (customer_id, batch_id, site_id)
);
