import { expect, test } from 'vitest';
import { diagnosticsOf, refusals } from './check';

const finding = (from: number, to: number, message: string, hint: string | null = null) => ({ kind: 'syntax', message, hint, line: 1, column: from + 1, from, to });

test('findings become marks inside the text, first things first', () => {
  const marks = diagnosticsOf({ errors: [finding(8, 99, 'expected end of command')], warnings: [finding(0, 3, 'dangerous', 'Is a backup there?')] }, 10);
  expect(marks.map(({ from, to, severity }) => [from, to, severity])).toEqual([[0, 3, 'warning'], [8, 10, 'error']]);
  expect(marks[0]!.message).toBe('dangerous. Is a backup there?');
});

test('versions that refuse are named with their sites', () => {
  const site = (name: string) => ({ id: name, name });
  const version = (routeros: string, accepted: boolean, sites: string[]) => ({ routeros, accepted, error: accepted ? null : finding(4, 5, 'bad command name x'), errors: [], warnings: [], sites: sites.map(site) });
  expect(refusals({ by_version: [version('7.20', true, ['a']), version('6.49', false, ['b']), version('7.9', false, ['c', 'd'])] })).toEqual([
    'RouterOS 6.49 refuses it (b): bad command name x, line 1 column 5',
    'RouterOS 7.9 refuses it (2 sites): bad command name x, line 1 column 5',
  ]);
});
