import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { client } from '@/lib/api';
import { useFrames } from '@/lib/realtime';
import { isOver, tallyOf, withStates } from './batch';

const patchEveryMs = 250;

/** One batch, moved by frames; read again from time to time for what frames do not hold (reasons, times). */
export function useBatch(id: string) {
  const queryClient = useQueryClient();
  const queryKey = ['batch', id] as const;
  const query = useQuery({
    queryKey, queryFn: async ({ signal }) => (await client.GET('/jobs/batches/{batch}', { params: { path: { batch: id } }, signal })).data!,
    structuralSharing: false, meta: { refreshesItself: true },
    refetchInterval: ({ state }) => (state.data && isOver(tallyOf(state.data.results)) ? false : 15_000),
  });
  const [states, setStates] = useState<ReadonlyMap<string, string>>(new Map());
  const gathered = useRef(new Map<string, string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useEffectEvent(() => {
    timer.current = undefined;
    const news = gathered.current;
    gathered.current = new Map();
    setStates((now) => new Map([...now, ...news]));
    if ([...news.values()].some((status) => status === 'failed')) void queryClient.invalidateQueries({ queryKey });
  });
  useFrames((frame) => {
    if (frame.event === 'reset') void query.refetch();
    if (frame.event !== 'job.updated' || frame.data.batch_id !== id) return;
    gathered.current.set(frame.data.job_id, frame.data.status);
    timer.current ??= setTimeout(() => flush(), patchEveryMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const batch = useMemo(() => query.data && withStates(query.data, states), [query.data, states]);
  return { query, batch };
}
