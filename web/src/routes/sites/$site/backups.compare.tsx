import { createFileRoute } from '@tanstack/react-router';
import { CompareBackups } from '@/features/backups/CompareBackups';

export const Route = createFileRoute('/sites/$site/backups/compare')({
  validateSearch: (search: Record<string, unknown>) => ({
    from: String(search.from ?? ''), to: String(search.to ?? ''), unified: search.unified === true || undefined,
  }),
  component: function Compare() {
    const { from, to, unified } = Route.useSearch();
    return <CompareBackups siteId={Route.useParams().site} from={from} to={to} unified={unified} />;
  },
});
