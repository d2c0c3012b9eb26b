// The board of faults behind a shared link: what its address holds, what it shows first.
import type { Schemas } from '@/lib/api';
import { Problem } from '@/lib/errors';
import { severities } from '../SeverityBadge';

export type SharedFault = Schemas['FaultRow'];

/** The secret stands behind the `#`: browsers send it to no server with the address, and no log of one holds it. */
export const boardLink = (portal: string, token: string) => `${portal}/shared/faults#${encodeURIComponent(token)}`;

export function tokenOf(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, '')).trim();
  } catch {
    return '';
  }
}

/** When the link ends, as the token says itself; null when it does not. */
export function endOf(token: string): number | null {
  try {
    const claims = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof claims.exp === 'number' ? claims.exp * 1000 : null;
  } catch {
    return null;
  }
}

const rank = (fault: SharedFault) => {
  const place = severities.indexOf(fault.severity.toLowerCase() as (typeof severities)[number]);
  return place < 0 ? severities.length : place;
};

/** What lasts, worst first and of equals the newest; what has just ended, after it. */
export function arrange(faults: readonly SharedFault[]) {
  const newest = (a: SharedFault, b: SharedFault) => Date.parse(b.created_at) - Date.parse(a.created_at);
  return {
    open: faults.filter((fault) => fault.resolved_at === null).sort((a, b) => rank(a) - rank(b) || newest(a, b)),
    ended: faults.filter((fault) => fault.resolved_at !== null).sort(newest),
  };
}

export type Ending = 'expired' | 'taken-back' | 'wrong';
/** Why nothing more comes; null: it is worth to try again. */
export function endingOf(error: unknown): Ending | null {
  if (!(error instanceof Problem)) return null;
  if (error.status === 404) return 'taken-back';
  if (error.status !== 401) return null;
  return error.body.code === 'token_expired' ? 'expired' : 'wrong';
}
