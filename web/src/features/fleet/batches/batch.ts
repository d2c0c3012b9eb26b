import type { Schemas } from '@/lib/api';

export type Batch = Schemas['JobBatch'];
export type BatchItem = Schemas['JobBatchItem'];
export const itemStates = ['failed', 'running', 'waiting', 'completed', 'refused'] as const;
export type ItemState = (typeof itemStates)[number];

export function stateOf({ job }: BatchItem): ItemState {
  if (!job) return 'refused';
  if (job.status === 'pending') return 'waiting';
  return job.status === 'completed' || job.status === 'failed' ? job.status : 'running';
}

export function tallyOf(items: readonly BatchItem[]): Record<ItemState, number> {
  const sum: Record<ItemState, number> = { failed: 0, running: 0, waiting: 0, completed: 0, refused: 0 };
  for (const item of items) sum[stateOf(item)] += 1;
  return sum;
}

type JobStatus = NonNullable<BatchItem['job']>['status'];

/** What live frames said since the answer; a job that ended does not go back. */
export function withStates(batch: Batch, states: ReadonlyMap<string, string>): Batch {
  if (states.size === 0) return batch;
  let changed = false;
  const results = batch.results.map((item) => {
    const status = item.job && states.get(item.job.id);
    if (!item.job || !status || status === item.job.status || item.job.status === 'completed' || item.job.status === 'failed') return item;
    changed = true;
    return { ...item, job: { ...item.job, status: status as JobStatus } };
  });
  return changed ? { ...batch, results } : batch;
}

export const isOver = (sum: Record<ItemState, number>) => sum.running === 0 && sum.waiting === 0;
