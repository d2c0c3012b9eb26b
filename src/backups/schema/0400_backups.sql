-- Router configuration backups. Every tenant-owned table starts with customer_id; ids are TEXT UUIDs, times BIGINT microseconds UTC.

CREATE TABLE backup (
  customer_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  unix_time BIGINT NOT NULL,         -- names the file `<unix_time>.rsc`
  id TEXT NOT NULL,
  size BIGINT NOT NULL,              -- of the stored text
  sha256 TEXT NOT NULL,              -- of the stored text
  body_sha256 TEXT NOT NULL,         -- normalised: no header comments, no tokens of ours
  unchanged BOOLEAN NOT NULL,        -- the same body as the backup before: points to its blob
  cause TEXT NOT NULL,               -- adopt manual job schedule
  job_id TEXT,
  requested_by TEXT,
  exported_at TEXT,
  routeros_version TEXT,
  software_id TEXT,
  model TEXT,
  serial_number TEXT,
  blob_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, site_id, unix_time)
);
CREATE INDEX backup_blob ON backup (customer_id, blob_key);

-- Null: inherited, a site from its customer, a customer from the installation. site_id '' is the customer's own row.
CREATE TABLE backup_setting (
  customer_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  frequency TEXT,                    -- daily weekly off
  retention_days BIGINT,
  keep_weekly_days BIGINT,
  show_sensitive BOOLEAN,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, site_id)
);

-- Where every adopted site stands with its backups.
CREATE TABLE backup_site (
  customer_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  adopted_at BIGINT NOT NULL,
  timezone TEXT NOT NULL,
  last_backup_at BIGINT,
  next_due_at BIGINT,                -- null: no schedule
  missed BOOLEAN NOT NULL,           -- was offline when a run was due
  overdue_at BIGINT,                 -- when the lack of a backup is told; null: never
  overdue BOOLEAN NOT NULL,          -- has been told
  sftp_failures BIGINT NOT NULL,     -- in a row
  last_job_at BIGINT,                -- end of the last job of ours that may have changed the configuration
  request_job_id TEXT,               -- the last job that was asked for
  request_at BIGINT,
  request_by TEXT,
  request_cause TEXT,                -- manual schedule
  PRIMARY KEY (customer_id, site_id)
);
CREATE INDEX backup_site_due ON backup_site (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX backup_site_overdue ON backup_site (overdue_at) WHERE overdue_at IS NOT NULL AND NOT overdue;

-- The right to upload one file, once.
CREATE TABLE sftp_grant (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  unix_time BIGINT NOT NULL,
  password_hash TEXT NOT NULL,       -- hex SHA-256; the password is random
  purpose TEXT NOT NULL,             -- adopt backup job
  method TEXT NOT NULL,              -- sftp http
  job_id TEXT,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  failed_at BIGINT,                  -- the failure was told
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX sftp_grant_id ON sftp_grant (id);
CREATE UNIQUE INDEX sftp_grant_login ON sftp_grant (site_id, password_hash);
CREATE INDEX sftp_grant_file ON sftp_grant (customer_id, site_id, unix_time);
CREATE INDEX sftp_grant_age ON sftp_grant (expires_at);
