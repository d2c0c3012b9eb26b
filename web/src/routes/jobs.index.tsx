import { createFileRoute } from '@tanstack/react-router';
import { JobsPage, type JobsSearch } from '@/features/jobs/JobsPage';
import { jobStates } from '@/features/jobs/states';

export const Route = createFileRoute('/jobs/')({
  validateSearch: (search: Record<string, unknown>): JobsSearch => ({
    status: jobStates.find((state) => state === search.status),
  }),
  component: function Jobs() {
    return <JobsPage search={Route.useSearch()} />;
  },
});
