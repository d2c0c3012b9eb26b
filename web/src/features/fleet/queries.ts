// What pages about one site ask for.
import { queryOptions } from '@tanstack/react-query';
import { client, type Schemas } from '@/lib/api';

export type Site = Schemas['Site'];

export const siteQuery = (site: string) =>
  queryOptions({
    queryKey: ['get', '/sites/{site}', { params: { path: { site } } }],
    queryFn: async ({ signal }) => (await client.GET('/sites/{site}', { params: { path: { site } }, signal })).data!,
  });
