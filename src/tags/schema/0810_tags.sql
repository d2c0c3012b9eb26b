-- Tags and metadata of a team's resources. Times BIGINT microseconds UTC.

CREATE TABLE tag (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,                  -- tag_<ulid>
  key TEXT NOT NULL,
  key_folded TEXT NOT NULL,          -- lower case
  color TEXT NOT NULL,               -- #RRGGBB
  mandatory_on TEXT NOT NULL,        -- resource types, separated by blanks
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX tag_key ON tag (customer_id, key_folded);

CREATE TABLE tag_value (
  customer_id TEXT NOT NULL,
  tag_id TEXT NOT NULL,
  resource_id TEXT NOT NULL,         -- UUID
  resource_type TEXT NOT NULL CHECK (resource_type IN ('site', 'user', 'wan', 'account')),
  value TEXT NOT NULL,
  value_folded TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, tag_id, resource_id),
  FOREIGN KEY (customer_id, tag_id) REFERENCES tag (customer_id, id)
);
CREATE INDEX tag_value_value ON tag_value (customer_id, tag_id, value_folded, resource_id);
CREATE INDEX tag_value_resource ON tag_value (customer_id, resource_id);

CREATE TABLE metadata (
  customer_id TEXT NOT NULL,
  resource_id TEXT NOT NULL,         -- UUID
  type TEXT NOT NULL,                -- as the caller names it: mikrotik.device …
  data TEXT NOT NULL,                -- JSON object of scalars
  search_text TEXT NOT NULL,         -- the values in lower case, a line each
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, resource_id)
);
