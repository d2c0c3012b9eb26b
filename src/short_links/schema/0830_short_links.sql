-- Codes for long addresses. Times BIGINT microseconds UTC. Found by code alone, so the code is the whole key.
CREATE TABLE short_link (
  code TEXT NOT NULL PRIMARY KEY,    -- 7 of 0-9, A-Z, a-z
  customer_id TEXT,                  -- the team that it goes with
  target TEXT NOT NULL,
  is_external BOOLEAN NOT NULL,      -- a foreign site: carries no signature of ours
  created_by TEXT,                   -- `user:…`, `service:…`
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  hits BIGINT NOT NULL               -- clicks, written behind
);
CREATE INDEX short_link_expires ON short_link (expires_at);
CREATE INDEX short_link_customer ON short_link (customer_id);
