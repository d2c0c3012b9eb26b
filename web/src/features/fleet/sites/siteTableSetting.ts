// How a person likes the site list: columns, saved views, the one that opens first.
import { useMemo } from 'react';
import { useSetting } from '@/lib/settings';
import { parseSiteSearch, type SiteSearch } from './siteSearch';

export const columnIds = ['state', 'name', 'model', 'version', 'address', 'last_seen', 'tags', 'open_faults', 'last_backup', 'serial_number', 'created_at'] as const;
export type ColumnId = (typeof columnIds)[number];
export const usualColumns: ColumnId[] = ['state', 'name', 'model', 'version', 'address', 'last_seen', 'tags', 'open_faults', 'last_backup'];

export interface SavedView {
  id: string;
  name: string;
  search: SiteSearch;
}
export interface SiteTableSetting {
  columns: ColumnId[];
  views: SavedView[];
  /** Opens when the address names no filter. */
  defaultView: string | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export function readSiteTableSetting(kept: unknown): SiteTableSetting {
  const value = isRecord(kept) ? kept : {};
  const columns = Array.isArray(value.columns) ? columnIds.filter((id) => (value.columns as unknown[]).includes(id)) : usualColumns;
  const views = (Array.isArray(value.views) ? value.views : [])
    .filter(isRecord)
    .flatMap(({ id, name, search }) => (typeof id === 'string' && typeof name === 'string' && isRecord(search) ? [{ id, name, search: parseSiteSearch(search) }] : []));
  const defaultView = views.some((view) => view.id === value.defaultView) ? (value.defaultView as string) : null;
  return { columns: columns.includes('name') ? columns : columnIds.filter((id) => id === 'name' || columns.includes(id)), views, defaultView };
}

export function useSiteTableSetting() {
  const setting = useSetting('web.sites', readSiteTableSetting);
  const key = JSON.stringify(setting.value);
  const value = useMemo(() => setting.value, [key]);
  return { ...setting, value };
}

/** At most this many fit into a setting with long filters. */
export const mostViews = 30;
export const withView = (setting: SiteTableSetting, view: SavedView): SiteTableSetting => ({
  ...setting, views: [...setting.views.filter((one) => one.id !== view.id && one.name !== view.name), view].slice(-mostViews),
});
export const withoutView = (setting: SiteTableSetting, id: string): SiteTableSetting => ({
  ...setting, views: setting.views.filter((one) => one.id !== id), defaultView: setting.defaultView === id ? null : setting.defaultView,
});
export const sameSearch = (a: SiteSearch, b: SiteSearch) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
