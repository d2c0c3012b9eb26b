import { createFileRoute } from '@tanstack/react-router';
import { RunScript } from '@/features/scripts/RunScript';
import { readSelection } from '@/lib/selection';

export const Route = createFileRoute('/scripts/run')({
  validateSearch: (search: Record<string, unknown>) => ({
    sites: typeof search.sites === 'string' ? search.sites : undefined,
    selection: typeof search.selection === 'string' ? search.selection : undefined,
    from: typeof search.from === 'string' ? search.from : undefined,
  }),
  component: function Run() {
    const { from, ...chosen } = Route.useSearch();
    return <RunScript sites={readSelection(chosen).join(',') || undefined} from={from} />;
  },
});
