// The cache of what the server said, and how live frames refresh it.
import { QueryClient } from '@tanstack/react-query';
import type { paths } from '@/api/schema';
import { Problem } from '@/lib/errors';
import { isLive, onFrame, type Frame } from '@/lib/realtime';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      networkMode: 'always', // the service worker answers with the last known data while offline
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && (!(error instanceof Problem) || error.status === 0 || error.status >= 502),
      // Without live updates everything on the screen is asked for again; a query opts out with meta.poll = false.
      refetchInterval: (query) => (isLive() || query.meta?.poll === false ? false : 20_000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** Keys are ['get', path, {params: {path: …}}]: paths whose answers a frame makes old, and whether only for its site. */
const refreshedBy: Record<Frame['event'], { everywhere?: string[]; ofSite?: string[] }> = {
  'site.pulse': { everywhere: ['/sites/summary'] },
  'site.changed': { everywhere: ['/sites', '/sites/summary', '/sites/recent'], ofSite: ['/sites/{site}', '/sites/{site}/adoption'] },
  'job.updated': { everywhere: ['/jobs', '/sites/summary'], ofSite: ['/site/{site}/job', '/site/{site}/job/{job}'] },
  'backup.created': { everywhere: ['/backups/latest', '/sites/summary'], ofSite: ['/backups/{site}', '/sites/{site}/adoption'] },
  'backup.failed': { ofSite: ['/backups/{site}'] },
  'fault.created': { everywhere: ['/fault', '/faults/recent', '/sites/summary'], ofSite: ['/faults/site/{site_id}'] },
  'fault.updated': { everywhere: ['/fault', '/fault/{fault}', '/faults/recent'], ofSite: ['/faults/site/{site_id}'] },
  'fault.resolved': { everywhere: ['/fault', '/fault/{fault}', '/faults/recent', '/sites/summary'], ofSite: ['/faults/site/{site_id}'] },
  'adoption.step': { everywhere: ['/runbooks/{runbook}/adoptions'], ofSite: ['/sites/{site}/adoption'] },
  'settings.changed': { everywhere: ['/me', '/users', '/users/{user}', '/roles', '/teams', '/teams/{team}', '/teams/{team}/api-credentials', '/teams/{team}/invites', '/teams/{team}/members'] },
  notification: {},
  reset: {},
  superseded: {},
  revoked: {},
};

/** After a change that this page made: asks anew for the answers of these operations, whatever their parameters. */
export const refresh = (...changed: (keyof paths)[]) =>
  queryClient.invalidateQueries({ predicate: ({ queryKey }) => (changed as unknown[]).includes(queryKey[1]) });

interface KeyInit {
  params?: { path?: Record<string, unknown> };
}

const pending = new Map<string, { path: string; site: string | null }>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Gathers for a second: fifty events a second are one refetch a second of what is on the screen. */
function refreshSoon(path: string, site: string | null) {
  pending.set(`${path} ${site ?? ''}`, { path, site });
  timer ??= setTimeout(() => {
    timer = undefined;
    const wanted = [...pending.values()];
    pending.clear();
    void queryClient.invalidateQueries({
      predicate: ({ queryKey: [, path, init] }) =>
        wanted.some((one) => one.path === path && (one.site === null || Object.values((init as KeyInit | undefined)?.params?.path ?? {}).includes(one.site))),
    });
  }, 1000);
}

export function refreshOnFrames() {
  return onFrame((frame) => {
    if (frame.event === 'reset') {
      void queryClient.invalidateQueries({ predicate: ({ meta }) => meta?.refreshesItself !== true });
      return;
    }
    const site = 'site_id' in frame.data ? frame.data.site_id : null;
    const { everywhere = [], ofSite = [] } = refreshedBy[frame.event] ?? {};
    for (const path of everywhere) refreshSoon(path, null);
    if (site) for (const path of ofSite) refreshSoon(path, site);
  });
}
