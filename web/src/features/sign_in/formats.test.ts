import { expect, it } from 'vitest';
import { dateChoices, example, localeChoices, timeChoices } from './formats';

const at = new Date(2026, 2, 5, 15, 4, 9);

it('shows formats as they look', () => {
  expect(example('d M Y', at)).toBe('05 Mar 2026');
  expect(example('n/j/y, g:i A', at)).toBe('3/5/26, 3:04 PM');
  expect(example('H:i:s', at)).toBe('15:04:09');
});

it('keeps a format that nobody proposes', () => {
  expect(dateChoices('Y/m/d', at).at(-1)).toEqual({ value: 'Y/m/d', label: '2026/03/05' });
  expect(timeChoices('H:i', at).filter((one) => one.value === 'H:i')).toHaveLength(1);
});

it('names languages in themselves, and lives with a wrong one', () => {
  expect(localeChoices('de').find((one) => one.value === 'de')?.label).toBe('Deutsch');
  expect(localeChoices('not a locale').at(-1)).toEqual({ value: 'not a locale', label: 'not a locale' });
});
