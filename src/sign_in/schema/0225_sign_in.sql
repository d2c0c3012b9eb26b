-- A sign-in that needs another step. Lives ten minutes; the secret itself is with the browser.
CREATE TABLE sign_in_tickets (
  hash TEXT PRIMARY KEY,             -- lower-case hex SHA-256
  user_id TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('second_factor', 'new_password')),
  reason TEXT NOT NULL,              -- why a new password is needed afterwards, or now: temporary, expired, breached; empty: it is not
  methods TEXT NOT NULL,             -- proven so far, separated by blanks
  remember BOOLEAN NOT NULL,
  wrong_codes BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sign_in_tickets_user ON sign_in_tickets (user_id);
CREATE INDEX sign_in_tickets_expiry ON sign_in_tickets (expires_at);

-- Mailed links that let choose a new password, each once.
CREATE TABLE password_links (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX password_links_user ON password_links (user_id);
CREATE INDEX password_links_expiry ON password_links (expires_at);

-- Addresses that users want to have and have not confirmed yet.
CREATE TABLE email_changes (
  user_id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX email_changes_email ON email_changes (email);
CREATE INDEX email_changes_expiry ON email_changes (expires_at);

-- Wishes for a mail, whether or not anybody has the address: they are counted alike.
CREATE TABLE mail_wishes (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('verify', 'reset')),
  address_hash TEXT NOT NULL,        -- lower-case hex SHA-256
  wished_at BIGINT NOT NULL
);
CREATE INDEX mail_wishes_address ON mail_wishes (address_hash, kind, wished_at);
CREATE INDEX mail_wishes_time ON mail_wishes (wished_at);
