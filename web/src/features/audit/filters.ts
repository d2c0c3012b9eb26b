// The filters of the audit log: the URL, the call and the export say the same.
import { oneOf, text } from '@/lib/search';

export const ranges = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000, '90d': 7_776_000_000 } as const;
export type Range = keyof typeof ranges;
export const rangeWords: Record<Range, string> = { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days' };

export const methods = ['POST', 'PUT', 'PATCH', 'DELETE', 'EVENT'] as const;
export const statusClasses = ['2xx', '3xx', '4xx', '5xx'] as const;
export const actorKinds = ['user', 'api_key', 'ai', 'workflow', 'system', 'device'] as const;
export type ActorKind = (typeof actorKinds)[number];

export interface AuditSearch {
  range?: Range;
  /** Days, both inclusive, instead of a range: `2026-03-01`. */
  from?: string;
  until?: string;
  user?: string;
  actor?: ActorKind;
  method?: (typeof methods)[number];
  status?: (typeof statusClasses)[number];
  endpoint?: string;
  ip?: string;
  session?: string;
  q?: string;
  sort?: 'asc';
  /** The entry whose drawer is open. */
  entry?: string;
}

const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);

export const readSearch = (search: Record<string, unknown>): AuditSearch => ({
  range: oneOf(search.range, Object.keys(ranges) as Range[]), from: day(search.from), until: day(search.until), user: text(search.user), actor: oneOf(search.actor, actorKinds),
  method: oneOf(search.method, methods), status: oneOf(search.status, statusClasses), endpoint: text(search.endpoint), ip: text(search.ip), session: text(search.session),
  q: text(search.q), sort: oneOf(search.sort, ['asc'] as const), entry: text(search.entry),
});

export interface AuditQuery {
  start_date?: string;
  end_date?: string;
  http_verb?: string;
  status_code_type?: (typeof statusClasses)[number];
  user_id?: string;
  actor_kind?: ActorKind;
  endpoint?: string;
  ip_address?: string;
  session_id?: string;
  search_term?: string;
  sort?: 'asc' | 'desc';
}

/** Chosen days are days of the browser's zone. A range begins at a whole minute, so that the same filters are the same question for a while. */
export function queryOf(search: AuditSearch, now: number): AuditQuery {
  const query: AuditQuery = {};
  if (search.from) query.start_date = new Date(`${search.from}T00:00:00`).toISOString();
  if (search.until) query.end_date = new Date(`${search.until}T23:59:59.999`).toISOString();
  if (search.range && !search.from && !search.until) query.start_date = new Date(Math.floor((now - ranges[search.range]) / 60_000) * 60_000).toISOString();
  if (search.method) query.http_verb = search.method;
  if (search.status) query.status_code_type = search.status;
  if (search.user) query.user_id = search.user;
  if (search.actor) query.actor_kind = search.actor;
  if (search.endpoint) query.endpoint = search.endpoint.startsWith('/') || /^[a-z_]+\./.test(search.endpoint) ? search.endpoint : `/${search.endpoint}`;
  if (search.ip && search.ip.length >= 2) query.ip_address = search.ip;
  if (search.session) query.session_id = search.session;
  if (search.q && search.q.trim().length >= 2) query.search_term = search.q.trim();
  if (search.sort) query.sort = search.sort;
  return query;
}

export const exportPath = (query: AuditQuery, format: 'csv' | 'ndjson') => `/audit-logs/export?${new URLSearchParams({ ...query, format } as Record<string, string>).toString()}`;

/** Without what is no filter. */
export const isFiltered = ({ entry: _entry, sort: _sort, ...filters }: AuditSearch) => Object.values(filters).some(Boolean);
