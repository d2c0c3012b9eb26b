// What a person chose, kept by the server: the same in every browser. `revision` keeps two tabs from overwriting each other.
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { client } from '@/lib/api';
import { Problem } from '@/lib/errors';

interface Kept {
  value: unknown;
  revision: number;
}

const listQuery = queryOptions({
  queryKey: ['get', '/me/settings'],
  queryFn: async ({ signal }) => (await client.GET('/me/settings', { signal })).data!,
  staleTime: 5 * 60_000,
  meta: { poll: false },
});

/** Out of the one list of all settings: a setting that was never made is no failed request. */
const settingQuery = (name: string, queryClient: QueryClient) =>
  queryOptions({
    queryKey: ['setting', name],
    queryFn: async (): Promise<Kept> => {
      const kept = (await queryClient.fetchQuery({ ...listQuery, staleTime: 1000 })).find((one) => one.name === name);
      return { value: kept?.value ?? null, revision: kept?.revision ?? 0 };
    },
    staleTime: 5 * 60_000,
    meta: { poll: false },
  });

/** `read` turns whatever was kept, perhaps by an older version, into a value. `change` shows at once and is taken back when it cannot be kept. */
export function useSetting<T>(name: string, read: (kept: unknown) => T) {
  const queryClient = useQueryClient();
  const options = settingQuery(name, queryClient);
  const { data, isPending } = useQuery(options);
  const put = useMutation({
    scope: { id: `setting ${name}` },
    mutationFn: async (update: (now: T) => T) => {
      for (let attempt = 0; ; attempt += 1) {
        const now = await queryClient.fetchQuery({ ...options, staleTime: attempt === 0 ? Infinity : 0 });
        const value = update(read(now.value));
        if (attempt === 0) queryClient.setQueryData<Kept>(options.queryKey, { ...now, value });
        try {
          const { data: kept } = await client.PUT('/me/settings/{name}', {
            params: { path: { name }, header: { 'If-Match': `"${now.revision}"` } }, body: value as never,
          });
          return { value: kept!.value, revision: kept!.revision };
        } catch (error) {
          if (attempt > 2 || !(error instanceof Problem) || error.status !== 412) throw error;
        }
      }
    },
    onSuccess: (kept) => queryClient.setQueryData<Kept>(options.queryKey, kept),
    onError: () => void queryClient.invalidateQueries({ queryKey: options.queryKey }),
  });
  return { value: read(data?.value ?? null), isPending, change: put.mutateAsync };
}
