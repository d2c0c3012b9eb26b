// Who would be hit by something done to many sites, and who not and why: asked of the server before anything happens.
import { useQuery } from '@tanstack/react-query';
import { client, type Schemas } from '@/lib/api';

export type Preview = Schemas['BatchPreview'];
export const mostSites = 5000;

export interface Target {
  site_id: string;
  name: string;
  state?: string;
  note: string | null;
}
export interface Skipped {
  site_id: string;
  name: string;
  message: string;
}
export type BulkKind = 'backup' | 'tag' | 'untag' | 'delete';

/** Jobs need a router that was adopted; words and deletions do not, but nothing can be deleted twice. */
export function outcomeFor(kind: BulkKind, preview: Preview): { hit: Target[]; skipped: Skipped[] } {
  const hit: Target[] = preview.hit.map(({ site_id, name, state, note }) => ({ site_id, name, state, note: kind === 'backup' ? (note ?? null) : null }));
  if (kind === 'backup') return { hit, skipped: preview.skipped };
  const takesIt = (reason: string) => reason === 'never_adopted' || (reason === 'site_deleting' && kind !== 'delete');
  const more = preview.skipped.filter((one) => takesIt(one.reason)).map(({ site_id, name, reason }) => ({ site_id, name, state: reason === 'never_adopted' ? 'pending' : 'deleting', note: null }));
  const skipped = preview.skipped.filter((one) => !takesIt(one.reason));
  return {
    hit: [...hit, ...more],
    skipped: skipped.map(({ site_id, name, reason, message }) => ({ site_id, name, message: reason === 'site_deleting' ? 'It is already being deleted.' : message })),
  };
}

export const usePreview = (sites: readonly string[], open: boolean) =>
  useQuery({
    queryKey: ['post', '/jobs/batches/preview', sites], enabled: open && sites.length > 0 && sites.length <= mostSites, meta: { poll: false }, staleTime: 0,
    queryFn: async ({ signal }) => (await client.POST('/jobs/batches/preview', { body: { sites: [...sites], make_backup: false }, signal })).data!,
  });
