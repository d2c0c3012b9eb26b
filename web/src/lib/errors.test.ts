import type { UseFormReturnType } from '@mantine/form';
import { expect, test, vi } from 'vitest';
import { applyFieldErrors, messageOf, Problem, problemOf } from './errors';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

test('the documented error body becomes a problem', async () => {
  const problem = await problemOf(answer(403, { type: 'x', code: 'scope_missing', message: 'No.', request_id: 'req_1', required_scope: 'site:view' }));
  expect(problem.status).toBe(403);
  expect(problem.body.required_scope).toBe('site:view');
});

test('an answer of somebody else (a proxy) is still an error one can read', async () => {
  const problem = await problemOf(answer(502, '<html>Bad gateway</html>'));
  expect(problem.message).toContain('502');
  expect(problem.body.code).toBe('http_502');
});

test('when to try again is said', async () => {
  expect(messageOf(await problemOf(answer(429, { code: 'rate_limited', message: 'Too many requests.' }, { 'Retry-After': '7' })))).toBe('Too many requests. Try again in 7 s.');
});

test('complaints stand beside their fields, the others are told', () => {
  const setFieldError = vi.fn();
  const form = { getValues: () => ({ name: '', scopes: [] }), setFieldError } as unknown as UseFormReturnType<{ name: string; scopes: string[] }>;
  const problem = new Problem(422, { code: 'validation_failed', message: 'x', errors: { name: ['is too short'], 'scopes[2]': ['is unknown'], team: ['has no seats'] } });
  expect(applyFieldErrors(form, problem)).toBe('team: has no seats');
  expect(setFieldError.mock.calls).toEqual([['name', 'is too short'], ['scopes', 'is unknown']]);
});
