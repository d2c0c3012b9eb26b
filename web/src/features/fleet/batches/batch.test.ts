import { expect, test } from 'vitest';
import { isOver, stateOf, tallyOf, withStates, type Batch, type BatchItem } from './batch';

const item = (id: string, status: string | null) => ({ site_id: id, site_name: id, job: status && { id: `job ${id}`, status }, error: status ? null : 'never_adopted', message: null }) as BatchItem;
const batch = (...results: BatchItem[]) => ({ id: 'b', description: 'x', created_at: '', accepted: 0, refused: 0, completed: 0, failed: 0, results }) as Batch;

test('each site is in one of five states', () => {
  const items = ['pending', 'sent', 'busy', 'completed', 'failed', null].map((status, n) => item(String(n), status));
  expect(items.map(stateOf)).toEqual(['waiting', 'running', 'running', 'completed', 'failed', 'refused']);
  expect(tallyOf(items)).toEqual({ waiting: 1, running: 2, completed: 1, failed: 1, refused: 1 });
  expect(isOver(tallyOf(items))).toBe(false);
  expect(isOver(tallyOf(items.slice(3)))).toBe(true);
});

test('frames move jobs forward, and never back from their end', () => {
  const before = batch(item('a', 'pending'), item('b', 'completed'), item('c', 'pending'));
  const after = withStates(before, new Map([['job a', 'busy'], ['job b', 'busy'], ['job x', 'failed']]));
  expect(after.results.map(stateOf)).toEqual(['running', 'completed', 'waiting']);
  expect(after.results[2]).toBe(before.results[2]);
  expect(withStates(before, new Map())).toBe(before);
});
