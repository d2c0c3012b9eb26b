import { expect, test } from 'vitest';
import { whoOf } from './who';

test('people by name, programs by kind, nothing by id', () => {
  const people = [{ id: 'a1', name: 'Ann' }];
  expect(whoOf('user:a1', people)).toBe('Ann');
  expect(whoOf('user:b2', people)).toBe('Somebody of the team');
  expect(whoOf('api_key:k1')).toBe('An API key');
  expect(whoOf('system:retry')).toBe('System');
  expect(whoOf('ann@example.net')).toBe('ann@example.net');
});
