-- Files of sites. The bytes lie in storage under blob_key; several rows of a customer may share them.

CREATE TABLE site_file (
  customer_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('note', 'media', 'document')),
  file_key TEXT NOT NULL,            -- 40 hex digits, in URLs
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,        -- what the bytes are
  size BIGINT NOT NULL,              -- bytes
  blob_key TEXT NOT NULL,
  created_by TEXT NOT NULL,          -- user:<id>, key:<id>
  created_at BIGINT NOT NULL,        -- microseconds UTC
  PRIMARY KEY (customer_id, site_id, kind, file_key)
);
CREATE UNIQUE INDEX site_file_key ON site_file (file_key);
CREATE INDEX site_file_newest ON site_file (customer_id, site_id, kind, created_at);
CREATE INDEX site_file_blob ON site_file (customer_id, blob_key);
