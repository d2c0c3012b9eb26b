import { expect, test } from 'vitest';
import { stepsOf } from './JobDetails';

const at = (s: number) => new Date(Date.UTC(2026, 0, 1) + s * 1000).toISOString();

test('each step tells how long it took since the one before', () => {
  const steps = stepsOf([{ at: at(0), kind: 'created', message: '' }, { at: at(12), kind: 'sent', message: '' }, { at: at(12.4), kind: 'done', message: '' }]);
  expect(steps.map((step) => step.after_ms)).toEqual([null, 12_000, 400]);
});

test('a router whose clock runs backwards makes no negative times', () => {
  expect(stepsOf([{ at: at(5), kind: 'a', message: '' }, { at: at(4), kind: 'b', message: '' }])[1]!.after_ms).toBe(0);
});
