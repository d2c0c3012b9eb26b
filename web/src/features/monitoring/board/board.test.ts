import { expect, test } from 'vitest';
import { Problem } from '@/lib/errors';
import { arrange, boardLink, endingOf, endOf, tokenOf, type SharedFault } from './board';

const token = `x.${btoa(JSON.stringify({ exp: 1_800_000_000 })).replaceAll('=', '')}.y`;

test('the link carries its secret where no server sees it', () => {
  const link = new URL(boardLink('https://o.example/app', token));
  expect(link.pathname).toBe('/app/shared/faults');
  expect(tokenOf(link.hash)).toBe(token);
  expect(tokenOf('')).toBe('');
  expect(tokenOf('#%E0%A4%A')).toBe('');
});

test('when it ends is read out of it, if it can be', () => {
  expect(endOf(token)).toBe(1_800_000_000_000);
  expect(endOf('nonsense')).toBeNull();
});

test('the worst that lasts stands first, what has ended last', () => {
  const fault = (id: string, severity: string, created_at: string, resolved_at: string | null = null) => ({ id, severity, created_at, resolved_at }) as SharedFault;
  const { open, ended } = arrange([
    fault('a', 'LOW', '2026-01-01T10:00:00Z'), fault('b', 'CRITICAL', '2026-01-01T08:00:00Z'), fault('c', 'critical', '2026-01-01T09:00:00Z'), fault('d', 'HIGH', '2026-01-01T09:00:00Z', '2026-01-01T09:30:00Z'), fault('e', 'odd', '2026-01-01T11:00:00Z'),
  ]);
  expect(open.map((one) => one.id)).toEqual(['c', 'b', 'a', 'e']);
  expect(ended.map((one) => one.id)).toEqual(['d']);
});

test('a link that has ended is told from a server that is away', () => {
  const problem = (status: number, code: string) => new Problem(status, { code, message: '' });
  expect(endingOf(problem(401, 'token_expired'))).toBe('expired');
  expect(endingOf(problem(401, 'token_invalid'))).toBe('wrong');
  expect(endingOf(problem(404, 'not_found'))).toBe('taken-back');
  expect(endingOf(problem(0, 'offline'))).toBeNull();
  expect(endingOf(problem(502, 'http_502'))).toBeNull();
});
