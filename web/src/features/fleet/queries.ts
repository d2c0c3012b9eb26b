// What pages about one site ask for.
import { queryOptions } from '@tanstack/react-query';
import { $api, client, type Schemas } from '@/lib/api';

export type Site = Schemas['Site'];

export const siteQuery = (site: string) =>
  queryOptions({
    queryKey: ['get', '/sites/{site}', { params: { path: { site } } }],
    queryFn: async ({ signal }) => (await client.GET('/sites/{site}', { params: { path: { site } }, signal })).data!,
  });

/** The last 24 hours of a site, an hour each. */
export const availabilityQuery = (site: string) => $api.queryOptions('get', '/sites/{site}/availability', { params: { path: { site }, query: { hours: 24 } } });
