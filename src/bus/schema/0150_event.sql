-- The outbox: one row per committed event, deleted when every subscriber has taken it or has it in its backlog.
CREATE TABLE event_outbox (
  seq {{serial}},
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  customer_id TEXT NOT NULL,
  site_id TEXT,
  resource_id TEXT NOT NULL,
  data TEXT NOT NULL
);

-- What a slow or failing subscriber has not taken yet, in its order, so that it holds up nobody else.
CREATE TABLE event_backlog (
  position {{serial}},
  subscriber TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  customer_id TEXT NOT NULL,
  site_id TEXT,
  resource_id TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX event_backlog_subscriber ON event_backlog (subscriber, position);

-- Events that a subscriber refused too often.
CREATE TABLE event_dead (
  position BIGINT PRIMARY KEY,
  subscriber TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  customer_id TEXT NOT NULL,
  site_id TEXT,
  resource_id TEXT NOT NULL,
  data TEXT NOT NULL,
  error TEXT NOT NULL,
  died_at BIGINT NOT NULL
);
CREATE INDEX event_dead_time ON event_dead (died_at);

-- One node at a time delivers; that is what keeps the order.
CREATE TABLE event_dispatcher (
  id BIGINT PRIMARY KEY,
  holder TEXT NOT NULL,
  lease_until BIGINT NOT NULL
);
INSERT INTO event_dispatcher (id, holder, lease_until) VALUES (1, '', 0);
