import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { isLive, useFrames, useWatchedSites, type Frame } from '@/lib/realtime';
import { applyChanges, gather, mergeFresh, nothingGathered, pagesWith, rowsOf, type Change, type Gathered, type Site, type SiteList } from './patchSites';
import { readPage, siteListQuery } from './siteListQuery';
import type { SiteSearch } from './siteSearch';

/** Up to here the whole list is read again when it changed; a longer one says so and waits to be asked. */
const wholeListPages = 2;
const patchEveryMs = 250;
const readAgainEveryMs = 2000;

export function useSiteList(search: SiteSearch) {
  const query = useInfiniteQuery(siteListQuery(search));
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const total = query.data?.pages[0]?.total ?? null;
  const visible = useRef<ReadonlySet<string>>(new Set());
  const [watched, setWatched] = useState<string[]>([]);
  useWatchedSites(watched);
  const live = useLiveRows(search, query.data, visible, query.refetch);

  const onVisible = useCallback((seen: Site[]) => {
    visible.current = new Set(seen.map((site) => site.id));
    setWatched((before) => (before.length === seen.length && seen.every((site, index) => site.id === before[index]) ? before : seen.map((site) => site.id)));
  }, []);
  return { query, rows, total, onVisible, ...live };
}

function useLiveRows(search: SiteSearch, list: SiteList | undefined, visible: { current: ReadonlySet<string> }, refetch: () => Promise<unknown>) {
  const queryClient = useQueryClient();
  const gathered = useRef<Gathered>(nothingGathered());
  const stale = useRef<{ sites: Set<string>; list: boolean }>({ sites: new Set(), list: false });
  const patchTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const readTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [outdated, setOutdated] = useState(false);
  const { queryKey } = siteListQuery(search);
  const change = (update: (list: SiteList) => SiteList) =>
    queryClient.setQueryData<SiteList>(queryKey, (now) => now && update(now));

  const readAgain = useEffectEvent(async () => {
    readTimer.current = undefined;
    const { sites, list: whole } = stale.current;
    stale.current = { sites: new Set(), list: false };
    if (!list) return;
    if (list.pages.length <= wholeListPages) {
      await refetch();
      setOutdated(false);
      return;
    }
    if (whole) setOutdated(true);
    const onScreen = whole ? visible.current : new Set([...sites].filter((id) => visible.current.has(id)));
    for (const index of pagesWith(list, onScreen)) {
      const fresh = await readPage(search, (list.pageParams[index] as string | null) ?? null).catch(() => null); // the next frame or poll tries again
      if (fresh) change((now) => mergeFresh(now, fresh));
    }
  });
  const readSoon = () => {
    readTimer.current ??= setTimeout(() => void readAgain(), readAgainEveryMs);
  };

  const flush = useEffectEvent(() => {
    patchTimer.current = undefined;
    const batch = gathered.current;
    gathered.current = nothingGathered();
    if (!list) return;
    const moved = batch.moved.size > 0 || (search.state !== undefined && batch.changes.size > 0 && leavesOrEnters(list, batch, search.state));
    if (batch.changes.size > 0 || batch.gone.size > 0) change((now) => applyChanges(now, batch));
    for (const site of batch.stale) stale.current.sites.add(site);
    if (moved) stale.current.list = true;
    if (moved || batch.stale.size > 0) readSoon();
  });

  useFrames((frame: Frame) => {
    if (frame.event === 'reset') {
      stale.current.list = true;
      readSoon();
      return;
    }
    gather(gathered.current, frame);
    patchTimer.current ??= setTimeout(() => flush(), patchEveryMs);
  });
  useEffect(() => {
    const poll = setInterval(() => {
      if (isLive()) return;
      stale.current.list = true;
      void readAgain();
    }, 20_000);
    return () => {
      clearInterval(poll);
      clearTimeout(patchTimer.current);
      clearTimeout(readTimer.current);
      patchTimer.current = readTimer.current = undefined;
    };
  }, []);

  const refresh = useCallback(async () => {
    setOutdated(false);
    queryClient.setQueryData<SiteList>(queryKey, (now) => now && { pages: now.pages.slice(0, 1), pageParams: now.pageParams.slice(0, 1) });
    await refetch();
  }, [queryClient, JSON.stringify(queryKey), refetch]);
  return { outdated, refresh };
}

/** Whether a pulse takes a row out of a list of one state, or may bring one in. */
function leavesOrEnters(list: SiteList, { changes }: Gathered, state: string): boolean {
  const unknown = new Set(changes.keys());
  const after = (site: Site, steps: Change[]) => steps.reduce((before, next) => next(before), site).state;
  for (const page of list.pages)
    for (const site of page.sites) {
      const steps = changes.get(site.id);
      if (!steps) continue;
      unknown.delete(site.id);
      if (after(site, steps) !== site.state && site.state === state) return true;
    }
  return [...unknown].some((id) => after({ state: 'pending', last_seen_at: null } as Site, changes.get(id)!) === state);
}
