import { expect, test } from 'vitest';
import { findPages } from './palette';

const entries = [{ label: 'Sites', keywords: 'routers fleet' }, { label: 'Audit log', keywords: 'history' }, { label: 'Dashboard' }];

test('pages are found by name and by other words for them', () => {
  const found = (query: string) => findPages(entries, query).map((entry) => entry.label);
  expect(found('')).toEqual(['Sites', 'Audit log', 'Dashboard']);
  expect(found('ROUT')).toEqual(['Sites']);
  expect(found('audit hist')).toEqual(['Audit log']);
  expect(found('nothing')).toEqual([]);
});
