-- People who run the installation, not only a team: no role of a team gives this. The first account is one; others are made so by
-- `openstrat admin set-operator`.

ALTER TABLE users ADD COLUMN is_operator BOOLEAN NOT NULL DEFAULT FALSE;
