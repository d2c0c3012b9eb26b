-- The first account of an empty installation is made once: who sets `claimed` in a transaction makes it in the same.

CREATE TABLE account_claim (
  id BIGINT PRIMARY KEY,             -- always 1
  claimed BOOLEAN NOT NULL
);
INSERT INTO account_claim (id, claimed) VALUES (1, FALSE);
