-- The simulated routers that a team wishes to have; who holds the lease runs them.
CREATE TABLE demo_fleet (
  customer_id TEXT PRIMARY KEY,
  sites BIGINT NOT NULL,
  routeros TEXT NOT NULL,
  life TEXT NOT NULL,
  speed DOUBLE PRECISION NOT NULL,
  mark TEXT NOT NULL,                -- their serial numbers begin with it
  revision BIGINT NOT NULL,          -- a running simulator of an older one is started again
  created_at BIGINT NOT NULL,
  removing_since BIGINT,             -- NULL: it is wished for
  leased_by TEXT NOT NULL,
  lease_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX demo_fleet_mark ON demo_fleet (mark);

-- Sites whose router had such a serial number when it was adopted: only these are removed with the fleet.
CREATE TABLE demo_site (
  customer_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  PRIMARY KEY (customer_id, site_id)
);
