-- What routers tried on their way into the fleet: the last attempts of each team, for a week.
CREATE TABLE adoption_attempt (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,                  -- UUIDv7
  runbook_id TEXT NOT NULL,
  site_id TEXT,                      -- known with a one-site command, or after the adoption
  address TEXT NOT NULL,
  hardware_hash TEXT,                -- null: the script was fetched, nothing more
  router TEXT,                       -- as it calls itself
  adopted BOOLEAN NOT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE INDEX adoption_attempt_recent ON adoption_attempt (customer_id, updated_at, id);
CREATE INDEX adoption_attempt_runbook ON adoption_attempt (customer_id, runbook_id, updated_at);
CREATE INDEX adoption_attempt_site ON adoption_attempt (customer_id, site_id, updated_at) WHERE site_id IS NOT NULL;
CREATE INDEX adoption_attempt_age ON adoption_attempt (updated_at);
CREATE TABLE adoption_step (
  customer_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  step TEXT NOT NULL,                -- one row a step: a repeat replaces it
  at BIGINT NOT NULL,
  ok BOOLEAN NOT NULL,
  reason TEXT,                       -- code word of a refusal
  detail TEXT NOT NULL,
  PRIMARY KEY (customer_id, attempt_id, step)
);
