import { createFileRoute } from '@tanstack/react-router';
import { SiteSettings } from '@/features/fleet/SiteSettings';

export const Route = createFileRoute('/sites/$site/settings')({
  component: function Settings() {
    return <SiteSettings siteId={Route.useParams().site} />;
  },
});
