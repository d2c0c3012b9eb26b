import { expect, test } from 'vitest';
import { chipsOf, cleaned, isFiltered, parseSiteSearch, sortOf, toFilter, toSort } from './siteSearch';

test('an address says which sites, and what it does not know is left out', () => {
  expect(parseSiteSearch({ q: ' shop ', state: 'offline', model: 'hEX S', version: ['7.20', '7.20', 6.49], tag: 'tag_1:EMEA', fault: true, sort: '-last_seen_at' })).toEqual({
    q: 'shop', state: 'offline', model: ['hEX S'], version: ['7.20', '6.49'], tag: ['tag_1:EMEA'], fault: true, sort: '-last_seen_at',
  });
  expect(parseSiteSearch({ q: {}, state: 'gone', model: [1, null], fault: 'yes', sort: 'colour', more: 1 })).toEqual({});
  expect(parseSiteSearch({ sort: 'name' })).toEqual({});
});

test('the server is asked in its own words', () => {
  expect(toFilter({ q: 'x', state: 'online', fault: false, sort: '-name' })).toEqual({ search: 'x', status: 'online', has_fault: false });
  expect(isFiltered({ sort: '-name' })).toBe(false);
  expect(isFiltered({ fault: false })).toBe(true);
});

test('an order goes there and back', () => {
  expect(sortOf(undefined)).toEqual({ by: 'name', descending: false });
  expect(sortOf('-version')).toEqual({ by: 'version', descending: true });
  expect(toSort({ by: 'name', descending: false })).toBeUndefined();
  expect(toSort({ by: 'name', descending: true })).toBe('-name');
});

test('each filter has a chip that takes off just that one', () => {
  const search = { q: 'x', model: ['a', 'b'], tag: ['tag_1', 'tag_2:EU:west'], fault: true };
  const chips = chipsOf(search, (id) => (id === 'tag_1' ? 'Role' : 'Region'));
  expect(chips.map((chip) => chip.label)).toEqual(['Text: x', 'Model: a', 'Model: b', 'Role', 'Region: EU:west', 'With open faults']);
  expect(chips[1]!.without).toEqual({ ...search, model: ['b'] });
  expect(chipsOf({ model: ['a'] }, String)[0]!.without).toEqual({});
});

test('what is empty does not stand in the address', () => {
  expect(cleaned({ q: '', model: [], state: undefined, fault: false })).toEqual({ fault: false });
});
