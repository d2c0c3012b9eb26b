-- Which sites of a team lack a recent backup.
CREATE INDEX backup_site_last ON backup_site (customer_id, last_backup_at);
CREATE INDEX backup_site_told ON backup_site (customer_id, overdue_at) WHERE overdue;
