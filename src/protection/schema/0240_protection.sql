-- What keeps attackers from accounts. Accounts that nobody has are treated like those that exist, so most rows speak of an `account`:
-- a keyed hash of the e-mail address as it was typed. `source` is an IPv4 address or the /64 of an IPv6 address.

-- Every try, for a month.
CREATE TABLE login_attempts (
  id {{serial}},
  at BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sign_in', 'sign_up', 'password_reset')),
  success BOOLEAN NOT NULL,          -- FALSE for sign-ups and resets: they have no outcome
  account TEXT NOT NULL,
  user_id TEXT,
  address TEXT NOT NULL,
  source TEXT NOT NULL,
  network TEXT NOT NULL,             -- the /16 (IPv4) or /32 (IPv6) around it
  risk BIGINT NOT NULL
);
CREATE INDEX login_attempts_time ON login_attempts (at);
CREATE INDEX login_attempts_source ON login_attempts (source, at);
CREATE INDEX login_attempts_network ON login_attempts (network) WHERE success;

-- Failures in a row of one account from one source. A row with a block_id keeps the source out of that account.
CREATE TABLE sign_in_failures (
  account TEXT NOT NULL,
  source TEXT NOT NULL,
  user_id TEXT,                      -- NULL: nobody has the address
  address TEXT NOT NULL,
  failures BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  block_id TEXT,
  blocked_at BIGINT,
  blocked_until BIGINT,
  PRIMARY KEY (account, source)
);
CREATE INDEX sign_in_failures_user ON sign_in_failures (user_id);
CREATE INDEX sign_in_failures_age ON sign_in_failures (updated_at);
CREATE UNIQUE INDEX sign_in_failures_block ON sign_in_failures (block_id);

-- Token buckets of all nodes together: when each is full again.
CREATE TABLE attempt_levels (
  name TEXT NOT NULL,                -- sign_in, sign_up: `id` is a source; account: an account
  id TEXT NOT NULL,
  full_at BIGINT NOT NULL,
  PRIMARY KEY (name, id)
);
CREATE INDEX attempt_levels_age ON attempt_levels (full_at);

-- A source that is slowed down is reported once an hour.
CREATE TABLE throttle_notices (
  source TEXT PRIMARY KEY,
  notified_at BIGINT NOT NULL
);

-- A solved challenge counts once.
CREATE TABLE spent_proofs (
  salt TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX spent_proofs_age ON spent_proofs (expires_at);

CREATE TABLE security_policies (
  customer_id TEXT PRIMARY KEY REFERENCES teams (id) ON DELETE CASCADE,
  min_length BIGINT NOT NULL,
  max_age_days BIGINT NOT NULL,      -- 0: never
  history BIGINT NOT NULL,
  require_mfa BOOLEAN NOT NULL,
  session_idle_minutes BIGINT,       -- NULL: the installation's own limit
  session_absolute_minutes BIGINT,
  updated_at BIGINT NOT NULL
);

CREATE TABLE ip_allowlist (
  customer_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  cidr TEXT NOT NULL,
  note TEXT NOT NULL,
  created_by TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX ip_allowlist_cidr ON ip_allowlist (customer_id, cidr);

-- General rate limits, shared by the nodes: `bucket` is a hash of rule and caller under a secret seed.
CREATE TABLE rate_levels (
  bucket BIGINT PRIMARY KEY,
  full_at BIGINT NOT NULL
);
CREATE INDEX rate_levels_age ON rate_levels (full_at);
