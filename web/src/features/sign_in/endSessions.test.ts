import { expect, test } from 'vitest';
import { endSessions } from './endSessions';

test('each is ended once, and told', async () => {
  const told: number[] = [];
  const asked: string[] = [];
  const ids = Array.from({ length: 10 }, (_, n) => `s${n}`);
  const done = await endSessions(ids, async (id) => asked.push(id), (now) => told.push(now.ended));
  expect(asked.sort()).toEqual(ids);
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(done).toEqual({ total: 10, ended: 10, failed: [] });
});

test('one that does not end keeps none of the others', async () => {
  const done = await endSessions(['a', 'b', 'c'], async (id) => {
    if (id === 'b') throw new Error('no');
  }, () => {});
  expect(done).toEqual({ total: 3, ended: 2, failed: ['b'] });
});

test('never more than four at a time', async () => {
  let running = 0;
  let most = 0;
  await endSessions(Array.from({ length: 12 }, (_, n) => String(n)), async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  }, () => {});
  expect(most).toBe(4);
});
