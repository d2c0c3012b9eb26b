import { createFileRoute } from '@tanstack/react-router';
import { RunScript } from '@/features/scripts/RunScript';

export const Route = createFileRoute('/scripts/run')({
  validateSearch: (search: Record<string, unknown>) => ({
    sites: typeof search.sites === 'string' ? search.sites : undefined,
    from: typeof search.from === 'string' ? search.from : undefined,
  }),
  component: function Run() {
    return <RunScript {...Route.useSearch()} />;
  },
});
