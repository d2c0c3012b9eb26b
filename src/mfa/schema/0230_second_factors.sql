-- What people prove with beside their password. Ids are TEXT UUIDs, times BIGINT microseconds UTC. All of it goes with its user.

-- It lives in mfa_totp, together with the time step that was used last.
ALTER TABLE users DROP COLUMN totp_secret_enc;

CREATE TABLE mfa_totp (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret_enc BYTEA NOT NULL,         -- 20 bytes, sealed
  confirmed_at BIGINT,               -- NULL: being set up, until expires_at
  expires_at BIGINT NOT NULL,        -- of the set-up
  last_step BIGINT NOT NULL,         -- codes of this time step and earlier ones no longer count
  created_at BIGINT NOT NULL
);

CREATE TABLE mfa_recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL,           -- lower-case hex SHA-256 of user id and code
  created_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (user_id, code_hash)
);

-- Wrong tries in a row; one row while there are any.
CREATE TABLE mfa_attempts (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('code', 'password')),
  failures BIGINT NOT NULL,
  last_failure_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, kind)
);

CREATE TABLE passkeys (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  credential_id TEXT NOT NULL,       -- base64url
  rp_id TEXT NOT NULL,               -- the host name it was made for; under another one browsers do not find it
  algorithm BIGINT NOT NULL,         -- COSE: -7 ES256, -8 EdDSA, -257 RS256
  public_key BYTEA NOT NULL,         -- ES256 x ‖ y, EdDSA 32 bytes, RS256 n ‖ e (256 and 3 bytes)
  sign_count BIGINT NOT NULL,
  aaguid TEXT NOT NULL,              -- the model of the authenticator; nil: not told
  transports TEXT NOT NULL,          -- separated by blanks
  discoverable BOOLEAN,              -- NULL: not told
  backup_eligible BOOLEAN NOT NULL,
  backed_up BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);

-- Challenges carry their own signature and expiry, so only those that were answered are kept, until they would have expired.
CREATE TABLE passkey_spent_challenges (
  challenge_hash TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_spent_challenges_expiry ON passkey_spent_challenges (expires_at);
