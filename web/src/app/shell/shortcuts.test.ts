import { expect, test } from 'vitest';
import { modKey, shortcutGroups } from './shortcuts';

test('the list names the key that this keyboard has', () => {
  expect(modKey('MacIntel')).toBe('⌘');
  expect(modKey('Linux x86_64')).toBe('Ctrl');
});

test('pages without keys, and pages that the person does not see, are not listed', () => {
  const [, goTo] = shortcutGroups([{ label: 'Sites', keys: 'g s' }, { label: 'Hidden' }], 'Linux');
  expect(goTo!.shortcuts).toEqual([{ keys: ['g', 's'], does: 'Sites' }]);
});
