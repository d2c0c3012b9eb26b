-- Sign-in through other providers. Those of the whole installation are in the configuration and have no row here; their ids are
-- `instance-…`, so provider_id is not a foreign key. Times are BIGINT microseconds UTC.

CREATE TABLE identity_providers (
  customer_id TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('google', 'azure', 'github', 'oidc')),
  name TEXT NOT NULL,
  client_id TEXT NOT NULL,
  client_secret_enc BYTEA,           -- sealed; NULL: a public client
  directory TEXT NOT NULL,           -- azure: the tenant; else empty
  issuer TEXT NOT NULL,              -- oidc; github: the server; else empty
  authorize_url TEXT NOT NULL,       -- these four: empty when discovery tells them
  token_url TEXT NOT NULL,
  userinfo_url TEXT NOT NULL,
  jwks_url TEXT NOT NULL,
  jit_provisioning BOOLEAN NOT NULL,
  enabled BOOLEAN NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)
);
CREATE UNIQUE INDEX identity_providers_id ON identity_providers (id);

CREATE TABLE identity_provider_domains (
  provider_id TEXT NOT NULL,
  domain TEXT NOT NULL,              -- lower case
  customer_id TEXT NOT NULL,
  PRIMARY KEY (provider_id, domain)
);
CREATE INDEX identity_provider_domains_domain ON identity_provider_domains (domain);

-- Who a user is elsewhere. The issuer is part of the key: when a provider is pointed at another server, the old links are void.
CREATE TABLE user_identities (
  provider_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email TEXT NOT NULL,               -- as the provider told it last; may be empty
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  PRIMARY KEY (provider_id, issuer, subject)
);
CREATE UNIQUE INDEX user_identities_id ON user_identities (id);
CREATE INDEX user_identities_user ON user_identities (user_id);

-- How often an address was asked to confirm a link within the hour that began at window_start.
CREATE TABLE identity_confirmations (
  email TEXT PRIMARY KEY,
  window_start BIGINT NOT NULL,
  sent BIGINT NOT NULL
);
