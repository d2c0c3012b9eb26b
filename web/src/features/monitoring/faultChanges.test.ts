import { expect, test } from 'vitest';
import { changesOf, valuesOf } from './faultChanges';

const fault = { message: 'Power cut', severity: 'HIGH' as const, cause: 'Unknown' };

test('a cause that nobody knows is an empty field', () => {
  expect(valuesOf(fault)).toEqual({ message: 'Power cut', severity: 'high', cause: '' });
});

test('only what was changed is sent', () => {
  expect(changesOf(fault, { message: 'Power cut ', severity: 'high', cause: '' })).toEqual({});
  expect(changesOf(fault, { message: 'Power cut', severity: 'low', cause: ' Storm ' })).toEqual({ severity: 'low', cause: 'Storm' });
  expect(changesOf({ ...fault, cause: 'Storm' }, { message: 'Power cut', severity: 'high', cause: '' })).toEqual({ cause: 'Unknown' });
});
