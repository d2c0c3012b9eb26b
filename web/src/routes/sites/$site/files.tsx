import { createFileRoute } from '@tanstack/react-router';
import { SiteFiles } from '@/features/site_files/SiteFiles';

export const Route = createFileRoute('/sites/$site/files')({
  component: function Files() {
    return <SiteFiles siteId={Route.useParams().site} />;
  },
});
