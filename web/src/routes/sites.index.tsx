import { createFileRoute } from '@tanstack/react-router';
import { parseSiteSearch } from '@/features/fleet/sites/siteSearch';
import { siteListQuery } from '@/features/fleet/sites/siteListQuery';
import { SitesPage } from '@/features/fleet/sites/SitesPage';

export const Route = createFileRoute('/sites/')({
  validateSearch: parseSiteSearch,
  loaderDeps: ({ search }) => parseSiteSearch({ ...search }),
  // The first page of the list comes while the code of the page does; later changes of the filters are the page's own.
  loader: ({ context, deps, cause }) => void (cause === 'enter' && context.queryClient.prefetchInfiniteQuery(siteListQuery(deps))),
  component: SitesPage,
});
