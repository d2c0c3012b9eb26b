import { createFileRoute } from '@tanstack/react-router';
import { availabilityQuery } from '@/features/fleet/queries';
import { SiteOverview } from '@/features/fleet/SiteOverview';

export const Route = createFileRoute('/sites/$site/')({
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(availabilityQuery(params.site)),
  component: function Overview() {
    return <SiteOverview siteId={Route.useParams().site} />;
  },
});
