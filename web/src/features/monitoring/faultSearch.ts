// What the address of the fault list says.
import type { paths } from '@/api/schema';
import { severities, type Severity } from './SeverityBadge';

export const faultRanges = { '24h': 24, '7d': 168, '30d': 720, '90d': 2160 } as const;
export type FaultRange = keyof typeof faultRanges;
export type FaultQuery = NonNullable<paths['/fault']['get']['parameters']['query']>;

export interface FaultSearch {
  q?: string;
  range?: FaultRange;
  severity?: Severity[];
  type?: string;
  cause?: string;
  site?: string;
  /** Only what still lasts. */
  open?: boolean;
  /** The fault whose details are open. */
  fault?: string;
}

const text = (value: unknown, most: number) => (typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, most) : undefined);

export function parseFaultSearch(input: Record<string, unknown>): FaultSearch {
  const chosen = severities.filter((one) => (Array.isArray(input.severity) ? input.severity : [input.severity]).includes(one));
  const search: FaultSearch = {
    q: text(input.q, 100), range: input.range !== undefined && String(input.range) in faultRanges ? (input.range as FaultRange) : undefined, severity: chosen.length > 0 ? chosen : undefined,
    type: text(input.type, 40), cause: text(input.cause, 255), site: text(input.site, 64), open: input.open === true ? true : undefined, fault: text(input.fault, 64),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** The server's parameters. The range counts from the hour, so that the same list is one entry in the cache. */
export function toFaultFilter({ q, range, severity, type, cause, site, open }: FaultSearch, now = Date.now()): FaultQuery {
  const from = range && new Date(Math.floor(now / 3_600_000 - faultRanges[range]) * 3_600_000).toISOString();
  return {
    ...(q ? { q } : {}), ...(from ? { from } : {}), ...(severity ? { severity } : {}), ...(type ? { type: [type] } : {}), ...(cause ? { cause } : {}), ...(site ? { site } : {}),
    ...(open ? { status: 'unresolved' as const } : {}),
  };
}

export const isFaultFiltered = ({ fault: _fault, ...filters }: FaultSearch) => Object.keys(filters).length > 0;

/** The same filters for the export. */
export function exportPath(search: FaultSearch, now = Date.now()): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(toFaultFilter(search, now))) for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  return `/fault/export${query.size > 0 ? `?${query}` : ''}`;
}
