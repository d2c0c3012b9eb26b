import { expect, test } from 'vitest';
import type { Frame } from '@/lib/realtime';
import { applyChanges, gather, mergeFresh, nothingGathered, pagesWith, rowsOf, type Site, type SiteList } from './patchSites';

const site = (id: string, more: Partial<Site> = {}) => ({ id, name: id, state: 'online', has_pulse: true, last_seen_at: '2026-01-01T00:00:00Z', open_faults: 0, ...more }) as Site;
const list = (...pages: Site[][]): SiteList => ({ pages: pages.map((sites) => ({ sites, next: null, total: 9 })), pageParams: pages.map(() => null) });
const gathered = (...frames: Frame[]) => {
  const batch = nothingGathered();
  frames.forEach((frame) => gather(batch, frame));
  return batch;
};

test('a pulse changes its row and leaves other rows and pages as the same objects', () => {
  const before = list([site('a'), site('b')], [site('c')]);
  const after = applyChanges(before, gathered({ event: 'site.pulse', data: { site_id: 'b', online: false, last_seen_at: '2026-01-01T00:00:05Z' } }));
  expect(after.pages[0]!.sites[1]).toMatchObject({ state: 'offline', has_pulse: false, last_seen_at: '2026-01-01T00:00:05Z' });
  expect(after.pages[0]!.sites[0]).toBe(before.pages[0]!.sites[0]);
  expect(after.pages[1]).toBe(before.pages[1]);
});

test('a pulse that says nothing new changes nothing at all', () => {
  const before = list([site('a')]);
  expect(applyChanges(before, gathered({ event: 'site.pulse', data: { site_id: 'a', online: true, last_seen_at: '2025-12-31T23:59:00Z' } }))).toBe(before);
});

test('a site that is being deleted stays so, whatever its router says', () => {
  const after = applyChanges(list([site('a', { state: 'deleting' })]), gathered({ event: 'site.pulse', data: { site_id: 'a', online: true, last_seen_at: '2026-01-02T00:00:00Z' } }));
  expect(after.pages[0]!.sites[0]!.state).toBe('deleting');
});

test('a deleted site leaves, and the total says so', () => {
  const after = applyChanges(list([site('a'), site('b')], [site('c')]), gathered({ event: 'site.changed', data: { site_id: 'a', what: 'deleted' } }));
  expect(rowsOf(after).map((one) => one.id)).toEqual(['b', 'c']);
  expect(after.pages.map((page) => page.total)).toEqual([8, 8]);
});

test('frames that do not hold the row ask for it; new sites ask for the list', () => {
  const batch = gathered(
    { event: 'site.changed', data: { site_id: 'a', what: 'version_changed' } }, { event: 'fault.created', data: { site_id: 'b', fault_id: 'f', message: '', severity: 'low' } },
    { event: 'site.changed', data: { site_id: 'n', what: 'created' } }, { event: 'backup.created', data: { site_id: 'c', backup_id: '1', occurred_at: '2026-01-03T00:00:00Z' } });
  expect([...batch.stale]).toEqual(['a', 'b']);
  expect([...batch.moved]).toEqual(['n']);
  expect(applyChanges(list([site('c')]), batch).pages[0]!.sites[0]!.last_backup_at).toBe('2026-01-03T00:00:00Z');
});

test('a page that was read again keeps every row where it stands', () => {
  const merged = mergeFresh(list([site('a'), site('b')], [site('c')]), { sites: [site('c', { open_faults: 2 }), site('x')], next: null, total: 12 });
  expect(rowsOf(merged).map((one) => [one.id, one.open_faults])).toEqual([['a', 0], ['b', 0], ['c', 2]]);
  expect(merged.pages[0]!.total).toBe(12);
});

test('pages are found by their sites, and a site on two pages shows once', () => {
  const both = list([site('a')], [site('a'), site('b')]);
  expect(pagesWith(both, new Set(['b']))).toEqual([1]);
  expect(rowsOf(both).map((one) => one.id)).toEqual(['a', 'b']);
});
