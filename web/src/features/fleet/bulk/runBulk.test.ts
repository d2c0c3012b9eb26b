import { expect, test } from 'vitest';
import { Problem } from '@/lib/errors';
import { runBulk, tally } from './runBulk';

const sites = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `s${i}`, name: `Site ${i}` }));
const quiet = { onProgress: () => {}, pause: async () => {} };

test('every site is done once, a few at a time', async () => {
  let running = 0;
  let most = 0;
  const seen: string[] = [];
  const items = await runBulk(sites(20), async (id) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    seen.push(id);
    running -= 1;
  }, { ...quiet, signal: new AbortController().signal, atOnce: 3 });
  expect(seen.sort()).toEqual(sites(20).map((site) => site.id).sort());
  expect(most).toBe(3);
  expect(tally(items)).toEqual({ done: 20, failed: 0, stopped: 0, total: 20, over: true });
});

test('a failure is told with its reason and does not stop the others', async () => {
  const items = await runBulk(sites(3), async (id) => {
    if (id === 's1') throw new Problem(409, { code: 'site_deleting', message: 'The site is being deleted.' });
    return { job: `job of ${id}` };
  }, { ...quiet, signal: new AbortController().signal });
  expect(items.map((item) => [item.state, item.message, item.job])).toEqual([['done', null, 'job of s0'], ['failed', 'The site is being deleted.', null], ['done', null, 'job of s2']]);
});

test('the rate limit is waited for, as long as the server says', async () => {
  const waits: number[] = [];
  let calls = 0;
  const items = await runBulk(sites(1), async () => {
    calls += 1;
    if (calls < 3) throw new Problem(429, { code: 'rate_limited', message: 'Too many.' }, 7);
  }, { onProgress: () => {}, pause: async (ms) => void waits.push(ms), signal: new AbortController().signal });
  expect(waits).toEqual([7000, 7000]);
  expect(items[0]!.state).toBe('done');
});

test('what was stopped before its turn is not done and says so', async () => {
  const stop = new AbortController();
  const items = await runBulk(sites(5), async (id) => { if (id === 's1') stop.abort(); }, { ...quiet, signal: stop.signal, atOnce: 1 });
  expect(items.map((item) => item.state)).toEqual(['done', 'done', 'stopped', 'stopped', 'stopped']);
});
