// How the list of sites is asked for, page by page.
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { client, nextCursor, totalCount } from '@/lib/api';
import type { SiteList, SitePage } from './patchSites';
import { toFilter, type SiteSearch } from './siteSearch';

const pageSize = 200;
export async function readPage(search: SiteSearch, cursor: string | null, signal?: AbortSignal): Promise<SitePage> {
  const { data, response } = await client.GET('/sites', {
    params: { query: { ...toFilter(search), ...(search.sort ? { sort: search.sort } : {}), limit: pageSize, ...(cursor ? { cursor } : {}) } }, signal,
  });
  return { sites: data ?? [], next: nextCursor(response), total: totalCount(response) };
}

/** Not below ['get', '/sites']: this list refreshes itself, row by row. */
export const siteListQuery = (search: SiteSearch) =>
  infiniteQueryOptions({
    queryKey: ['site-list', search] as const,
    queryFn: ({ pageParam, signal }) => readPage(search, pageParam as string | null, signal),
    initialPageParam: null as unknown,
    getNextPageParam: (page: SitePage) => page.next,
    structuralSharing: false, // comparing a hundred thousand rows costs more than drawing forty
    refetchOnWindowFocus: false,
    refetchInterval: false,
    placeholderData: keepPreviousData<SiteList>,
    meta: { refreshesItself: true },
  });
