-- People, teams, credentials, audit. A team is a customer: team_id is the customer_id of every other area.
-- Ids are TEXT UUIDs unless a comment says otherwise, times BIGINT microseconds UTC.

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,               -- trimmed, lower case
  email_verified BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT,                -- PHC string; NULL: signs in elsewhere, or not at all
  must_change_password BOOLEAN NOT NULL,
  password_changed_at BIGINT,
  allow_login BOOLEAN NOT NULL,      -- FALSE: receives notifications only
  idp TEXT NOT NULL CHECK (idp IN ('local', 'google', 'microsoft', 'azure', 'github', 'saml2')),
  mobile_e164 TEXT,
  mobile_local TEXT,
  mobile_country TEXT,
  mobile_verified BOOLEAN NOT NULL,
  country TEXT,
  timezone TEXT NOT NULL,
  date_format TEXT NOT NULL,
  time_format TEXT NOT NULL,
  locale TEXT NOT NULL,
  picture TEXT,
  mfa_enabled BOOLEAN NOT NULL,
  totp_secret_enc BYTEA,             -- sealed
  status TEXT NOT NULL CHECK (status IN ('invited', 'unverified', 'active', 'blocked', 'deleted')),
  last_login_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE password_history (
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, created_at)
);

CREATE TABLE teams (
  id TEXT PRIMARY KEY,
  organization_id TEXT,
  name TEXT NOT NULL,
  owner_id TEXT NOT NULL REFERENCES users (id),
  personal_team BOOLEAN NOT NULL,
  site_limit BIGINT NOT NULL,        -- 0: the organization's limit
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX teams_name ON teams (name);
CREATE INDEX teams_organization ON teams (organization_id);

CREATE TABLE team_members (
  team_id TEXT NOT NULL REFERENCES teams (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_user ON team_members (user_id);

CREATE TABLE roles (
  id TEXT PRIMARY KEY,
  team_id TEXT REFERENCES teams (id), -- NULL: a system role
  name TEXT NOT NULL,
  guard_name TEXT NOT NULL,          -- documented constant `api`
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX roles_team_name ON roles (team_id, name) WHERE team_id IS NOT NULL;
CREATE UNIQUE INDEX roles_system_name ON roles (name) WHERE team_id IS NULL;

CREATE TABLE role_scopes (
  role_id TEXT NOT NULL REFERENCES roles (id),
  scope TEXT NOT NULL,
  PRIMARY KEY (role_id, scope)
);

CREATE TABLE user_roles (
  team_id TEXT NOT NULL REFERENCES teams (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  role_id TEXT NOT NULL REFERENCES roles (id),
  PRIMARY KEY (team_id, user_id, role_id)
);
CREATE INDEX user_roles_role ON user_roles (role_id);

CREATE TABLE api_credentials (
  team_id TEXT NOT NULL REFERENCES teams (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  secret_hash TEXT NOT NULL,         -- lower-case hex SHA-256 of the secret (colon) or of the whole key
  hint TEXT NOT NULL,                -- the last four characters
  format TEXT NOT NULL CHECK (format IN ('colon', 'wfk', 'alto_sk')),
  abilities TEXT,                    -- documented legacy field, always NULL
  permissions TEXT NOT NULL,         -- scopes, sorted, separated by blanks
  client_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('active', 'revoked', 'expired')),
  expires_at BIGINT,
  last_used_at BIGINT,               -- written behind, at most once a minute
  vault_item_id TEXT,
  created_by TEXT,                   -- user id; NULL: made by the command line
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX api_credentials_id ON api_credentials (id);
CREATE UNIQUE INDEX api_credentials_hash ON api_credentials (secret_hash);

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  alg TEXT NOT NULL,
  private_enc BYTEA NOT NULL,        -- PKCS#8, sealed
  public_jwk TEXT NOT NULL,          -- JSON
  created_at BIGINT NOT NULL,
  not_after BIGINT NOT NULL          -- signs until then; published as long as it is among the newest two
);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,               -- sess_<ksuid>
  user_id TEXT NOT NULL REFERENCES users (id),
  current_team_id TEXT,
  ip TEXT,
  user_agent TEXT,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- hash = SHA-256(prev_hash ‖ row). audit_chain holds both ends: `last_*` is the newest row, `purged_*` the newest row that
-- retention has removed, so that rows missing at either end show as well as rows missing in between.
CREATE TABLE audit_log (
  seq BIGINT PRIMARY KEY,            -- without gaps
  log_id TEXT NOT NULL,              -- log_<ksuid>
  organization_id TEXT,
  workspace_id TEXT,
  team_id TEXT,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'ai', 'workflow', 'system', 'device')),
  user_id TEXT,
  name TEXT,
  email TEXT,
  session_id TEXT,
  event_time BIGINT NOT NULL,
  method TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  status_code BIGINT NOT NULL,
  status_code_type TEXT NOT NULL,    -- 2xx …
  ip_address TEXT,
  user_agent TEXT,
  frontend_page TEXT,
  request_payload TEXT,              -- JSON, secrets masked
  response_payload TEXT,             -- JSON, of failures only
  note TEXT,
  request_id TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  ttl BIGINT NOT NULL                -- epoch seconds after which retention removes the row
);
CREATE UNIQUE INDEX audit_log_id ON audit_log (log_id);
CREATE INDEX audit_log_team ON audit_log (team_id, event_time);
CREATE INDEX audit_log_organization ON audit_log (organization_id, event_time);
CREATE INDEX audit_log_user ON audit_log (user_id, event_time);
CREATE INDEX audit_log_status ON audit_log (status_code_type, event_time);
CREATE INDEX audit_log_method ON audit_log (method, event_time);
CREATE INDEX audit_log_time ON audit_log (event_time);

CREATE TABLE audit_chain (
  id BIGINT PRIMARY KEY,             -- always 1
  last_seq BIGINT NOT NULL,
  last_hash TEXT NOT NULL,
  purged_seq BIGINT NOT NULL,
  purged_hash TEXT NOT NULL
);
INSERT INTO audit_chain (id, last_seq, last_hash, purged_seq, purged_hash) VALUES (1, 0, '', 0, '');
