-- The processes that use this database: each says every few seconds that it is there.
CREATE TABLE node (
  id TEXT PRIMARY KEY,               -- host and data directory: the same over a restart
  host TEXT NOT NULL,
  version TEXT NOT NULL,
  roles TEXT NOT NULL,               -- separated by blanks
  url TEXT NOT NULL,                 -- public_url.api
  issuer TEXT NOT NULL,              -- of its access tokens
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
