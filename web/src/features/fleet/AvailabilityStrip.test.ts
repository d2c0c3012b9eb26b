import { expect, test } from 'vitest';
import { gradeOf, summaryOf } from './AvailabilityStrip';

const hour = (total_minutes_down: number) => ({ time_formatted: '10:00', date_formatted: '01 Jan', missed_heartbeats_percentage: 0, total_minutes_down });

test('an hour is up, partly or down', () => {
  expect([0, 0.5, 1, 29, 30, 60].map((minutes) => gradeOf(hour(minutes)))).toEqual(['up', 'up', 'partly', 'partly', 'down', 'down']);
});

test('the sentence counts minutes of measured hours only', () => {
  expect(summaryOf([])).toBe('Nothing was measured yet.');
  expect(summaryOf([hour(0), hour(6)])).toBe('95.00 % available in the last 2 hours, 6 minutes down.');
});
