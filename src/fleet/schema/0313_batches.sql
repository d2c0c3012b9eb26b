-- How far a batch is, without looking at its jobs one by one.
CREATE INDEX job_batch_state ON job (customer_id, batch_id, state) WHERE batch_id IS NOT NULL;
DROP INDEX job_by_batch;
ALTER TABLE job_batch ADD COLUMN refused BIGINT NOT NULL DEFAULT 0;
UPDATE job_batch SET refused = (SELECT COUNT(*) FROM job_batch_item i WHERE i.customer_id = job_batch.customer_id AND i.batch_id = job_batch.id AND i.job_id IS NULL);
