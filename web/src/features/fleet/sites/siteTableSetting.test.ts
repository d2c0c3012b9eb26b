import { expect, test } from 'vitest';
import { readSiteTableSetting, sameSearch, usualColumns, withoutView, withView } from './siteTableSetting';

test('nothing kept, or something broken, is the usual look', () => {
  for (const kept of [null, 'x', [], { columns: 'all', views: 3, defaultView: 'gone' }]) expect(readSiteTableSetting(kept)).toEqual({ columns: usualColumns, views: [], defaultView: null });
});

test('columns come in their order, known ones only, the name always', () => {
  expect(readSiteTableSetting({ columns: ['tags', 'colour', 'state'] }).columns).toEqual(['state', 'name', 'tags']);
});

test('a view of the same name is replaced; deleting the default leaves none', () => {
  const first = withView(readSiteTableSetting(null), { id: '1', name: 'Offline', search: { state: 'offline' } });
  const second = withView({ ...first, defaultView: '1' }, { id: '2', name: 'Old', search: { version: ['6.49'] } });
  expect(withView(second, { id: '3', name: 'Old', search: {} }).views.map((view) => view.id)).toEqual(['1', '3']);
  expect(withoutView(second, '1')).toMatchObject({ defaultView: null, views: [{ id: '2' }] });
});

test('the order of filters in an address does not make another view', () => {
  expect(sameSearch({ q: 'a', state: 'online' }, { state: 'online', q: 'a' })).toBe(true);
  expect(sameSearch({ q: 'a' }, { q: 'b' })).toBe(false);
});
