// What live frames do to a list that is on the screen: rows change where they stand; the order stays until somebody asks for a new one.
import type { InfiniteData } from '@tanstack/react-query';
import type { Schemas } from '@/lib/api';
import type { Frame } from '@/lib/realtime';

export type Site = Schemas['Site'];
export interface SitePage {
  sites: Site[];
  next: string | null;
  total: number | null;
}
export type SiteList = InfiniteData<SitePage, unknown>;
export type Change = (site: Site) => Site;

/** What gathered between two paints. */
export interface Gathered {
  /** By site; later ones after earlier ones. */
  changes: Map<string, Change[]>;
  gone: Set<string>;
  /** Sites whose rows hold more than the frame says: their pages are read again. */
  stale: Set<string>;
  /** Sites that may have come into the list or left it. */
  moved: Set<string>;
}
export const nothingGathered = (): Gathered => ({ changes: new Map(), gone: new Set(), stale: new Set(), moved: new Set() });

const pulse = (online: boolean, seen: string | null): Change => (site) => {
  const state = site.state === 'deleting' ? site.state : online ? 'online' : 'offline';
  const last = seen && (!site.last_seen_at || seen > site.last_seen_at) ? seen : site.last_seen_at;
  return state === site.state && last === site.last_seen_at && site.has_pulse === online ? site : { ...site, state, has_pulse: online, last_seen_at: last };
};

const backup = (at: string): Change => (site) => (site.last_backup_at && site.last_backup_at >= at ? site : { ...site, last_backup_at: at });

function add(into: Gathered, site: string, change: Change) {
  const changes = into.changes.get(site);
  if (changes) changes.push(change);
  else into.changes.set(site, [change]);
}

export function gather(into: Gathered, frame: Frame) {
  switch (frame.event) {
    case 'site.pulse':
      add(into, frame.data.site_id, pulse(frame.data.online, frame.data.last_seen_at));
      break;
    case 'site.changed':
      if (frame.data.what === 'deleted') into.gone.add(frame.data.site_id);
      else if (frame.data.what === 'created') into.moved.add(frame.data.site_id);
      else into.stale.add(frame.data.site_id);
      break;
    case 'backup.created':
      if (frame.data.occurred_at) add(into, frame.data.site_id, backup(frame.data.occurred_at));
      else into.stale.add(frame.data.site_id);
      break;
    case 'fault.created':
    case 'fault.resolved':
      if (frame.data.site_id) into.stale.add(frame.data.site_id);
      break;
  }
}

/** Pages without a change stay the same objects. */
export function applyChanges(list: SiteList, { changes, gone }: Pick<Gathered, 'changes' | 'gone'>): SiteList {
  let removed = 0;
  const pages = list.pages.map((page) => {
    let touched = false;
    const sites: Site[] = [];
    for (const site of page.sites) {
      if (gone.has(site.id)) {
        touched = true;
        removed += 1;
        continue;
      }
      const next = changes.get(site.id)?.reduce((before, change) => change(before), site) ?? site;
      if (next !== site) touched = true;
      sites.push(next);
    }
    return touched ? { ...page, sites } : page;
  });
  if (removed > 0) return { ...list, pages: pages.map((page) => ({ ...page, total: page.total === null ? null : Math.max(0, page.total - removed) })) };
  return pages.some((page, index) => page !== list.pages[index]) ? { ...list, pages } : list;
}

/** A page that was read again: rows take their new values where they stand. */
export function mergeFresh(list: SiteList, fresh: SitePage): SiteList {
  const changes = new Map(fresh.sites.map((site) => [site.id, [() => site] as Change[]]));
  const merged = applyChanges(list, { changes, gone: new Set() });
  return fresh.total === null ? merged : { ...merged, pages: merged.pages.map((page) => (page.total === fresh.total ? page : { ...page, total: fresh.total })) };
}

/** The pages that hold one of these sites. */
export function pagesWith(list: SiteList, sites: ReadonlySet<string>): number[] {
  return sites.size === 0 ? [] : list.pages.flatMap((page, index) => (page.sites.some((site) => sites.has(site.id)) ? [index] : []));
}

/** All rows in order; one that moved while pages were read shows once. */
export function rowsOf(list: SiteList | undefined): Site[] {
  if (!list) return [];
  if (list.pages.length === 1) return list.pages[0]!.sites;
  const seen = new Set<string>();
  const rows: Site[] = [];
  for (const page of list.pages)
    for (const site of page.sites)
      if (!seen.has(site.id)) {
        seen.add(site.id);
        rows.push(site);
      }
  return rows;
}
