// What the address of the site list says: filters, order, nothing else. Unknown or broken parts are left out, so that an old link still opens.
import type { paths } from '@/api/schema';

export const siteStates = ['offline', 'pending', 'deleting', 'online'] as const;
export type SiteState = (typeof siteStates)[number];
export type SiteQuery = NonNullable<paths['/sites']['get']['parameters']['query']>;
export type SiteSort = NonNullable<SiteQuery['sort']>;

export interface SiteSearch {
  q?: string;
  state?: SiteState;
  model?: string[];
  version?: string[];
  /** `tag_…`, or `tag_…:value`. */
  tag?: string[];
  fault?: boolean;
  sort?: SiteSort;
}

const sorts = ['name', 'created_at', 'last_seen_at', 'state', 'model', 'version'];

function words(value: unknown): string[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).filter((word): word is string => typeof word === 'string' && word !== '').slice(0, 20);
  return list.length > 0 ? [...new Set(list)] : undefined;
}

const text = (value: unknown) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

export function parseSiteSearch(input: Record<string, unknown>): SiteSearch {
  const search: SiteSearch = {};
  const q = text(input.q).trim().slice(0, 100);
  if (q) search.q = q;
  const state = siteStates.find((one) => one === input.state);
  if (state) search.state = state;
  const model = words(input.model);
  if (model) search.model = model;
  const version = words(Array.isArray(input.version) ? input.version.map(text) : text(input.version));
  if (version) search.version = version;
  const tag = words(input.tag)?.slice(0, 10);
  if (tag) search.tag = tag;
  if (typeof input.fault === 'boolean') search.fault = input.fault;
  const sort = text(input.sort);
  if (sort !== 'name' && sorts.includes(sort.replace(/^-/, ''))) search.sort = sort as SiteSort;
  return search;
}

/** The server's parameters, without page and order. */
export function toFilter({ q, state, model, version, tag, fault }: SiteSearch): Omit<SiteQuery, 'sort' | 'cursor' | 'limit' | 'page' | 'per_page'> {
  return {
    ...(q ? { search: q } : {}), ...(state ? { status: state } : {}), ...(model ? { model } : {}), ...(version ? { version } : {}), ...(tag ? { tag } : {}),
    ...(fault === undefined ? {} : { has_fault: fault }),
  };
}

export const isFiltered = (search: SiteSearch) => Object.keys(toFilter(search)).length > 0;

export const sortOf = (sort: SiteSort | undefined) => ({ by: (sort ?? 'name').replace(/^-/, ''), descending: sort?.startsWith('-') ?? false });
export const toSort = ({ by, descending }: { by: string; descending: boolean }) => {
  const sort = `${descending ? '-' : ''}${by}` as SiteSort;
  return sort === 'name' ? undefined : sort;
};

export interface Chip {
  key: string;
  label: string;
  /** The address without this filter. */
  without: SiteSearch;
}

const stateWords: Record<SiteState, string> = { online: 'Online', offline: 'Offline', pending: 'Pending', deleting: 'Being deleted' };

/** One chip a filter, with where the list goes when it is taken off. `tagName` turns `tag_…` into its key. */
export function chipsOf(search: SiteSearch, tagName: (id: string) => string): Chip[] {
  const chips: Chip[] = [];
  const less = (key: 'model' | 'version' | 'tag', word: string): SiteSearch => {
    const rest = search[key]?.filter((one) => one !== word);
    const { [key]: _gone, ...others } = search;
    return rest && rest.length > 0 ? { ...others, [key]: rest } : others;
  };
  const drop = (key: keyof SiteSearch): SiteSearch => {
    const { [key]: _gone, ...others } = search;
    return others;
  };
  if (search.q) chips.push({ key: 'q', label: `Text: ${search.q}`, without: drop('q') });
  if (search.state) chips.push({ key: 'state', label: `State: ${stateWords[search.state]}`, without: drop('state') });
  for (const word of search.model ?? []) chips.push({ key: `model ${word}`, label: `Model: ${word}`, without: less('model', word) });
  for (const word of search.version ?? []) chips.push({ key: `version ${word}`, label: `Version: ${word}`, without: less('version', word) });
  for (const word of search.tag ?? []) {
    const [id = '', ...value] = word.split(':');
    chips.push({ key: `tag ${word}`, label: `${tagName(id)}${value.length > 0 ? `: ${value.join(':')}` : ''}`, without: less('tag', word) });
  }
  if (search.fault !== undefined) chips.push({ key: 'fault', label: search.fault ? 'With open faults' : 'Without open faults', without: drop('fault') });
  return chips;
}

/** Drops what is empty, so that the address stays short. */
export function cleaned(search: SiteSearch): SiteSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)));
}
