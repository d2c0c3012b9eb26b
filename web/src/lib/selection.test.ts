import { beforeEach, expect, test } from 'vitest';
import { keepSelection, readSelection } from './selection';

beforeEach(() => sessionStorage.clear());

test('few sites stand in the address', () => {
  expect(keepSelection(['a', 'b'])).toEqual({ sites: 'a,b' });
  expect(readSelection({ sites: 'a,b' })).toEqual(['a', 'b']);
});

test('many are kept under a name; only the last selection is', () => {
  const ids = Array.from({ length: 5000 }, (_, n) => `site-${n}`);
  const first = keepSelection(ids);
  expect(first).toHaveProperty('selection');
  expect(readSelection(first)).toEqual(ids);
  keepSelection(ids.slice(100));
  expect(readSelection(first)).toEqual([]);
});
