import { expect, test } from 'vitest';
import { gradeOf, summaryOf } from './AvailabilityStrip';

const hour = (minutes_down: number, listened_minutes = 60) => ({ minutes_down, listened_minutes });

test('an hour is up, partly or down, or nobody knows', () => {
  expect([hour(0), hour(0.5), hour(1), hour(29), hour(30), hour(5, 10), hour(0, 0)].map(gradeOf)).toEqual(['up', 'up', 'partly', 'partly', 'down', 'down', 'unknown']);
});

test('the sentence counts only time in which the platform listened', () => {
  expect(summaryOf([])).toBe('Nothing was measured yet.');
  expect(summaryOf([hour(0, 0)])).toBe('Nothing was measured yet.');
  expect(summaryOf([hour(0), hour(6)])).toBe('95.00 % available, 6 minutes down in 2 h 00 min of listening.');
  expect(summaryOf([hour(1, 10)])).toBe('90.00 % available, 1 minute down in 10 min 00 s of listening.');
});
