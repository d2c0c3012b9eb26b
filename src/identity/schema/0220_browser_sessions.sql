-- A session may belong to a browser: it is found by the hash of its cookie and ends after a while without use.
-- Sessions without a cookie were started by the command line.

ALTER TABLE sessions ADD COLUMN cookie_hash TEXT;            -- lower-case hex SHA-256
ALTER TABLE sessions ADD COLUMN cookie_expires_at BIGINT;    -- expires_at may be later: tokens that outlive the browser keep the row
ALTER TABLE sessions ADD COLUMN idle_s BIGINT;               -- seconds without use after which the cookie is worth nothing
ALTER TABLE sessions ADD COLUMN methods TEXT NOT NULL DEFAULT '';  -- RFC 8176, separated by blanks
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT;     -- NULL: when it was created
CREATE UNIQUE INDEX sessions_cookie ON sessions (cookie_hash);
DROP INDEX sessions_user;
CREATE INDEX sessions_user ON sessions (user_id, created_at);
