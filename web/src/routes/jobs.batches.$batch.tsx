import { createFileRoute } from '@tanstack/react-router';
import { itemStates, type ItemState } from '@/features/fleet/batches/batch';
import { BatchPage } from '@/features/fleet/batches/BatchPage';

export const Route = createFileRoute('/jobs/batches/$batch')({
  validateSearch: (search: Record<string, unknown>): { state?: ItemState; q?: string } => ({
    state: itemStates.find((one) => one === search.state), q: typeof search.q === 'string' ? search.q : undefined,
  }),
  component: BatchPage,
});
