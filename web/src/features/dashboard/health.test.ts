import { expect, test } from 'vitest';
import { healthSeries, healthSummary, type Health } from './health';

const point = (minute: number, offline: number) => ({ at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(), online: 5 - offline, offline, pending: 0, open_faults: offline });

test('where the platform did not look there is a hole, not a line', () => {
  const health: Health = { step_s: 60, points: [point(0, 0), point(1, 1), point(9, 0)] };
  const { times, online, offline } = healthSeries(health);
  expect(times.map((time) => (time - times[0]!) / 60)).toEqual([0, 1, 2, 9]);
  expect(online).toEqual([5, 4, null, 5]);
  expect(offline).toEqual([0, 1, null, 0]);
});

test('the picture in one sentence', () => {
  expect(healthSummary({ step_s: 60, points: [point(0, 3), point(1, 1)] })).toBe('At the end 4 sites online and 1 offline; at worst 3 offline.');
  expect(healthSummary({ step_s: 60, points: [] })).toBe('Nothing was recorded in this time.');
});
