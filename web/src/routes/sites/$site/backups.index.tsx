import { createFileRoute } from '@tanstack/react-router';
import { SiteBackups } from '@/features/backups/SiteBackups';

export const Route = createFileRoute('/sites/$site/backups/')({
  component: function Backups() {
    return <SiteBackups siteId={Route.useParams().site} />;
  },
});
