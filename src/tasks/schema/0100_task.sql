-- One row per accepted task; done = deleted. `due_at` is when a node may take the task: the wished time while it waits,
-- the end of the lease while it runs. So the task of a crashed node becomes due by itself.
CREATE TABLE task (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT,
  customer_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running')),
  enqueued_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  leased_by TEXT,
  last_error TEXT
);
CREATE INDEX task_due ON task (kind, due_at);
CREATE UNIQUE INDEX task_waiting_key ON task (kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL;

CREATE TABLE task_dead (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT,
  customer_id TEXT,
  enqueued_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  error TEXT NOT NULL,
  died_at BIGINT NOT NULL
);
CREATE INDEX task_dead_time ON task_dead (died_at);

CREATE TABLE task_schedule (
  name TEXT PRIMARY KEY,
  last_run_at BIGINT NOT NULL
);
