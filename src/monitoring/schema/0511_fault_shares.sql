-- Links through which people without an account see the faults of a team.
CREATE TABLE fault_share (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,                  -- jti of the token
  created_by TEXT NOT NULL,          -- name at that time
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  last_used_at BIGINT,               -- to the minute
  PRIMARY KEY (customer_id, id)
);
CREATE INDEX fault_share_age ON fault_share (expires_at);
