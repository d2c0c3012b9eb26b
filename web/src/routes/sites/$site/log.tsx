import { createFileRoute } from '@tanstack/react-router';
import { OrchestrationLog, type LogSearch } from '@/features/jobs/OrchestrationLog';
import { jobStates } from '@/features/jobs/states';

export const Route = createFileRoute('/sites/$site/log')({
  validateSearch: (search: Record<string, unknown>): LogSearch => ({
    status: jobStates.find((state) => state === search.status),
    job: typeof search.job === 'string' ? search.job : undefined,
    page: Number(search.page) > 1 ? Math.trunc(Number(search.page)) : undefined,
  }),
  component: function Log() {
    return <OrchestrationLog siteId={Route.useParams().site} search={Route.useSearch()} />;
  },
});
