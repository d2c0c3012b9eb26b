-- OAuth 2.0 and OpenID Connect: registered applications, what people allowed them, and what was handed out.
-- Ids are TEXT, times BIGINT microseconds UTC. Secrets, codes and tokens are kept as lower-case hex SHA-256 only.

CREATE TABLE oauth_clients (
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  id TEXT NOT NULL,                  -- the client_id: client_<27 base62>
  name TEXT NOT NULL,
  auth_method TEXT NOT NULL CHECK (auth_method IN ('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt')),
  secret_hash TEXT,
  secret_hint TEXT,                  -- the last four characters
  jwks TEXT,                         -- JSON, public keys only
  redirect_uris TEXT NOT NULL,       -- one a line
  logout_uris TEXT NOT NULL,         -- one a line
  grants TEXT NOT NULL,              -- sorted, separated by blanks
  scopes TEXT NOT NULL,              -- of the API, sorted, separated by blanks
  homepage TEXT,
  created_by TEXT,                   -- user id; NULL: an API key or the command line
  secret_changed_at BIGINT,
  last_used_at BIGINT,               -- written behind, at most once a minute
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX oauth_clients_id ON oauth_clients (id);

-- What a person allowed an application. The team's own web application needs none.
CREATE TABLE oauth_consents (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,        -- asked again after a year without use
  PRIMARY KEY (user_id, client_id)
);
CREATE INDEX oauth_consents_client ON oauth_consents (client_id);
CREATE INDEX oauth_consents_expiry ON oauth_consents (expires_at);

-- One sign-in of a person to an application, or one run of an application for itself. Every token says which grant it is from.
CREATE TABLE oauth_grants (
  id TEXT PRIMARY KEY,               -- grant_<ksuid>
  client_id TEXT NOT NULL,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,  -- NULL: the application itself
  session_id TEXT,
  scopes TEXT NOT NULL,              -- of OpenID Connect and of the API
  methods TEXT NOT NULL,             -- how the user signed in (amr)
  authenticated_at BIGINT,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,        -- no token of it is good for longer
  revoked_at BIGINT,
  revoked_why TEXT
);
CREATE INDEX oauth_grants_user ON oauth_grants (user_id, client_id);
CREATE INDEX oauth_grants_client ON oauth_grants (client_id);
CREATE INDEX oauth_grants_expiry ON oauth_grants (expires_at);

CREATE TABLE oauth_codes (
  hash TEXT PRIMARY KEY,
  grant_id TEXT NOT NULL,            -- of the grant that it is exchanged for
  client_id TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  session_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  scopes TEXT NOT NULL,
  nonce TEXT,
  challenge TEXT,                    -- PKCE
  challenge_is_plain BOOLEAN NOT NULL,
  methods TEXT NOT NULL,
  authenticated_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX oauth_codes_expiry ON oauth_codes (expires_at);

-- All refresh tokens of a grant are one family: each is good once, and the second use of one ends the grant.
CREATE TABLE oauth_refresh_tokens (
  hash TEXT PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES oauth_grants (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX oauth_refresh_tokens_grant ON oauth_refresh_tokens (grant_id);

-- Client assertions (private_key_jwt) that were seen: each counts once.
CREATE TABLE oauth_assertions (
  client_id TEXT NOT NULL,
  jti_hash TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, jti_hash)
);
CREATE INDEX oauth_assertions_expiry ON oauth_assertions (expires_at);
