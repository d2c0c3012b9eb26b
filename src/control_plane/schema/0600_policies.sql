-- Control-plane policies: who may reach a router's management services.
CREATE TABLE control_policy (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  is_default BOOLEAN NOT NULL,
  custom_input_rules BOOLEAN NOT NULL,
  trusted_networks TEXT NOT NULL,    -- JSON array of CIDRs, without the management-plane address
  services TEXT NOT NULL,            -- JSON object: name → {enabled, port, networks}
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX control_policy_default ON control_policy (customer_id) WHERE is_default;
CREATE UNIQUE INDEX control_policy_slug ON control_policy (slug);
