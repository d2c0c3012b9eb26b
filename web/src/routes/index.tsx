import { createFileRoute } from '@tanstack/react-router';
import { DashboardPage } from '@/features/dashboard/DashboardPage';
import { $api } from '@/lib/api';

export const Route = createFileRoute('/')({
  loader: ({ context }) => void context.queryClient.prefetchQuery($api.queryOptions('get', '/sites/summary')),
  component: DashboardPage,
});
