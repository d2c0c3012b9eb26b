-- Accepted mails. `sealed` holds recipient and fields (links with tokens are secrets) until the mail has gone; then it is NULL, and the row
-- stays for a while, so that the same key is not sent twice and rates can be counted.
CREATE TABLE mail_outbox (
  id TEXT PRIMARY KEY,
  customer_id TEXT,
  template TEXT NOT NULL,
  recipient TEXT NOT NULL,           -- keyed hash of the address
  unique_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'captured', 'failed', 'expired')),
  created_at BIGINT NOT NULL,
  useless_after BIGINT,
  finished_at BIGINT,
  last_error TEXT,
  sealed BYTEA
);
CREATE UNIQUE INDEX mail_outbox_key ON mail_outbox (unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX mail_outbox_recipient ON mail_outbox (recipient, template, created_at);
CREATE INDEX mail_outbox_state ON mail_outbox (state, created_at);

-- The capture mailbox: what would have been sent, when there is no SMTP server.
CREATE TABLE mail_captured (
  id TEXT PRIMARY KEY,
  captured_at BIGINT NOT NULL,
  sealed BYTEA NOT NULL              -- the letter
);
CREATE INDEX mail_captured_time ON mail_captured (captured_at, id);
