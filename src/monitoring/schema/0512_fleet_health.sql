-- How a team's fleet was, once a minute. A minute without a row is one in which nobody looked.
CREATE TABLE fleet_health (
  customer_id TEXT NOT NULL,
  minute BIGINT NOT NULL,            -- since 1970 UTC
  online BIGINT NOT NULL,
  offline BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  open_faults BIGINT NOT NULL,
  PRIMARY KEY (customer_id, minute)
);
