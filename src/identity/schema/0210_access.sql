-- Who may do what changes on one node and has to count on all of them within a second: nodes read what is newer than the newest
-- generation they have seen.
CREATE TABLE identity_generation (
  id BIGINT PRIMARY KEY,             -- always 1
  value BIGINT NOT NULL
);
INSERT INTO identity_generation (id, value) VALUES (1, 0);

CREATE TABLE identity_changes (
  generation BIGINT PRIMARY KEY,     -- without gaps; rows live for a day
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,             -- id of the user, session, team, role or key
  changed_at BIGINT NOT NULL
);
CREATE INDEX identity_changes_time ON identity_changes (changed_at);

-- An e-mail address is free again as soon as its user is deleted; the row goes 30 days later.
ALTER TABLE users ADD COLUMN deleted_at BIGINT;
ALTER TABLE users ADD COLUMN deleted_email TEXT;
CREATE INDEX users_deleted ON users (deleted_at) WHERE deleted_at IS NOT NULL;

-- Sites that an assignment of a role is limited to: for every key one of its values.
ALTER TABLE user_roles ADD COLUMN limited BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE user_role_sites (
  team_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  role_id TEXT NOT NULL,
  tag_key TEXT NOT NULL,
  tag_value TEXT NOT NULL,
  PRIMARY KEY (team_id, user_id, role_id, tag_key, tag_value),
  FOREIGN KEY (team_id, user_id, role_id) REFERENCES user_roles (team_id, user_id, role_id) ON DELETE CASCADE
);

CREATE TABLE team_invites (
  team_id TEXT NOT NULL REFERENCES teams (id),
  id TEXT NOT NULL,
  email TEXT NOT NULL,               -- trimmed, lower case
  role_id TEXT REFERENCES roles (id),-- NULL: Viewer
  token_hash TEXT NOT NULL,          -- lower-case hex SHA-256
  invited_by TEXT NOT NULL,          -- user id
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX team_invites_email ON team_invites (team_id, email);
CREATE UNIQUE INDEX team_invites_token ON team_invites (token_hash);
CREATE INDEX team_invites_role ON team_invites (role_id);
CREATE INDEX team_invites_expiry ON team_invites (expires_at);

ALTER TABLE api_credentials ADD COLUMN key_prefix TEXT NOT NULL DEFAULT '';  -- the first characters, to recognise it by
ALTER TABLE api_credentials ADD COLUMN orphaned_at BIGINT;                   -- when its creator left the team
ALTER TABLE api_credentials ADD COLUMN warned_days BIGINT;                   -- the last mail about its expiry: 14 or 3 days before
CREATE UNIQUE INDEX api_credentials_client ON api_credentials (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX api_credentials_creator ON api_credentials (team_id, created_by);
CREATE INDEX api_credentials_expiry ON api_credentials (expires_at) WHERE status = 'active' AND expires_at IS NOT NULL;
