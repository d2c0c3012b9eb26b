-- What can be found, a row for each thing of each area. `body` holds everything that is searched, in lower case; its first line is a
-- mark of the team (three characters, so one entry of a trigram index).
CREATE TABLE search_document (
  number {{serial}},
  customer_id TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  site_id TEXT,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  metadata TEXT NOT NULL,            -- JSON, as the hit shows it
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX search_document_id ON search_document (customer_id, type, id);

-- Names, serial numbers, addresses: found whole or by their beginning.
CREATE TABLE search_key (
  customer_id TEXT NOT NULL,
  key TEXT NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (customer_id, key, number)
);
CREATE INDEX search_key_number ON search_key (number);

-- The words of a team, as they are and with each letter left out: two words with a common variant are a typing error apart.
CREATE TABLE search_word (
  customer_id TEXT NOT NULL,
  variant TEXT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (customer_id, variant, word)
);

-- Trigrams of `body`: parts of words are found as fast as whole ones.
{{#sqlite}}CREATE VIRTUAL TABLE search_text USING fts5(body, content='search_document', content_rowid='number', tokenize='trigram case_sensitive 1'){{/sqlite}}
{{#postgres}}DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE EXTENSION IF NOT EXISTS btree_gin;
  CREATE INDEX search_document_body ON search_document USING gin (customer_id, body gin_trgm_ops) WITH (fastupdate = off);
END $${{/postgres}};
