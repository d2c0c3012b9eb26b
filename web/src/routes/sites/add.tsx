import { createFileRoute } from '@tanstack/react-router';
import { AddSite } from '@/features/fleet/AddSite';

export const Route = createFileRoute('/sites/add')({
  validateSearch: (search: Record<string, unknown>) => ({
    site: typeof search.site === 'string' ? search.site : undefined,
    runbook: typeof search.runbook === 'string' ? search.runbook : undefined,
  }),
  component: function Add() {
    return <AddSite {...Route.useSearch()} />;
  },
});
