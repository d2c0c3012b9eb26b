import { afterEach, describe, expect, test } from 'vitest';
import { dateTime, duration, relative, setTimeStyle, utc } from './time';

afterEach(() => setTimeStyle({}));
const noon = Date.UTC(2026, 2, 4, 12, 0, 0);

describe('relative', () => {
  test.each([
    [-5_000, '5 seconds ago'], [-59_000, '59 seconds ago'], [-60_000, '1 minute ago'], [-7_199_000, '1 hour ago'], [-86_400_000 * 3, '3 days ago'], [7_200_000, 'in 2 hours'],
  ])('%i ms is %s', (offset, words) => {
    setTimeStyle({ locale: 'en-GB' });
    expect(relative(noon + offset, noon)).toBe(words);
  });
});

test('times are shown in the zone and language of the person', () => {
  setTimeStyle({ timezone: 'Asia/Kolkata', locale: 'en-GB' });
  expect(dateTime(noon)).toContain('17:30:00');
  setTimeStyle({ timezone: 'Europe/Berlin', locale: 'de-DE' });
  expect(dateTime(noon)).toContain('13:00:00');
});

test('a zone that the browser does not know is no reason to show nothing', () => {
  setTimeStyle({ timezone: 'Mars/Olympus', locale: 'x-none' });
  expect(dateTime(noon)).toContain('2026');
});

test('UTC is exact', () => expect(utc('2026-03-04T12:00:00.123Z')).toBe('2026-03-04 12:00:00 UTC'));

test.each([[340, '340 ms'], [12_000, '12 s'], [65_000, '1 min 05 s'], [3_900_000, '1 h 05 min'], [90_000_000, '1 d 1 h']])('%i ms last %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
