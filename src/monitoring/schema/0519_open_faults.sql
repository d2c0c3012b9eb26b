-- Which sites of a page have open faults, however long their history is.
CREATE INDEX fault_open_of_site ON fault (customer_id, site_id) WHERE resolved_at IS NULL;
