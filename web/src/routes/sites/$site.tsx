import { createFileRoute } from '@tanstack/react-router';
import { SiteLayout } from '@/features/fleet/SiteLayout';
import { siteQuery } from '@/features/fleet/queries';

export const Route = createFileRoute('/sites/$site')({
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(siteQuery(params.site)),
  component: function SiteRoute() {
    return <SiteLayout siteId={Route.useParams().site} />;
  },
});
