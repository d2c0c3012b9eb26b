// Lists `{data, meta: {cursor, has_more}}` that are on the screen: more when scrolled, new ones when frames tell of them.
import { keepPreviousData, useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { isLive, useFrames, type Frame } from '@/lib/realtime';

export interface CursorPage<Row> {
  data: Row[];
  meta: { cursor?: string | null; has_more: boolean };
}

interface Options<Row> {
  queryKey: readonly unknown[];
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<CursorPage<Row>>;
  /** Whether a frame makes the list old. */
  changedBy: (frame: Frame) => boolean;
}
const quietMs = 2000;
/** Up to so many pages the list is read again by itself; a longer one says that it changed. */
const fewPages = 2;

export function useCursorList<Row>({ queryKey, read, changedBy }: Options<Row>) {
  const queryClient = useQueryClient();
  const [outdated, setOutdated] = useState(false);
  const query = useInfiniteQuery({
    queryKey, initialPageParam: undefined as string | undefined, queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    getNextPageParam: (page) => (page.meta.has_more ? (page.meta.cursor ?? undefined) : undefined),
    placeholderData: keepPreviousData, structuralSharing: false, refetchInterval: false, refetchOnWindowFocus: false, meta: { refreshesItself: true },
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const readAgain = useEffectEvent(() => {
    timer.current = undefined;
    if ((query.data?.pages.length ?? 0) > fewPages) setOutdated(true);
    else void query.refetch();
  });
  const soon = () => {
    timer.current ??= setTimeout(() => readAgain(), quietMs);
  };
  useFrames((frame) => {
    if (frame.event === 'reset' || changedBy(frame)) soon();
  });
  useEffect(() => {
    const poll = setInterval(() => !isLive() && readAgain(), 20_000);
    return () => {
      clearInterval(poll);
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, []);
  const { fetchNextPage, refetch } = query;
  const key = JSON.stringify(queryKey);
  const refresh = useCallback(async () => {
    setOutdated(false);
    queryClient.setQueryData<InfiniteData<CursorPage<Row>, string | undefined>>(JSON.parse(key) as unknown[], (now) => now && { pages: now.pages.slice(0, 1), pageParams: now.pageParams.slice(0, 1) });
    await refetch();
  }, [queryClient, key, refetch]);
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return { query, rows, outdated, refresh, loadMore };
}
