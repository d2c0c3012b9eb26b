import { expect, test } from 'vitest';
import { changedLines } from './backups';

test('headers of a diff are no changes', () => {
  expect(changedLines('--- a\n+++ b\n@@ -1,2 +1,2 @@\n /ip address\n-add address=10.0.0.1\n+add address=10.0.0.2\n+add address=10.0.0.3\n')).toEqual({ added: 2, removed: 1 });
  expect(changedLines('')).toEqual({ added: 0, removed: 0 });
});
