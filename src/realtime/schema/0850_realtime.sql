-- Tickets: what a browser shows once instead of an Authorization header. Found by the hash of the ticket alone.
CREATE TABLE realtime_ticket (
  hash TEXT NOT NULL PRIMARY KEY,    -- lower-case hex SHA-256
  customer_id TEXT NOT NULL,
  sealed TEXT NOT NULL,              -- the Authorization header, under the installation's key; base64
  expires_at BIGINT NOT NULL
);
CREATE INDEX realtime_ticket_expires ON realtime_ticket (expires_at);

-- Numbers of frames, given out under the row's lock, so that they become visible in their order and without gaps.
CREATE TABLE realtime_generation (
  id BIGINT PRIMARY KEY,
  value BIGINT NOT NULL,             -- newest number
  purged BIGINT NOT NULL,            -- newest number that is not kept any more
  epoch TEXT NOT NULL                -- tells the numbers of this database from those of another; empty: not chosen yet
);
INSERT INTO realtime_generation (id, value, purged, epoch) VALUES (1, 0, 0, '');

-- Frames on their way to the streams of all nodes, kept for minutes. PostgreSQL only: SQLite has one process.
CREATE TABLE realtime_frame (
  number BIGINT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  site_id TEXT,
  topic BIGINT NOT NULL,             -- realtime::Topic
  name TEXT NOT NULL,
  data TEXT NOT NULL,                -- JSON
  created_at BIGINT NOT NULL
);
CREATE INDEX realtime_frame_customer ON realtime_frame (customer_id, number);
