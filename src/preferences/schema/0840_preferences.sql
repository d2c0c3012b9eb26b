-- JSON values that an application keeps for a user in a team. Times BIGINT microseconds UTC.
CREATE TABLE preference (
  customer_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,               -- JSON
  revision BIGINT NOT NULL,          -- 1, 2, …
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, user_id, name)
);
CREATE INDEX preference_user ON preference (user_id);
