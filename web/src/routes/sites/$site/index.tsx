import { createFileRoute } from '@tanstack/react-router';
import { SiteOverview } from '@/features/fleet/SiteOverview';

export const Route = createFileRoute('/sites/$site/')({
  component: function Overview() {
    return <SiteOverview siteId={Route.useParams().site} />;
  },
});
