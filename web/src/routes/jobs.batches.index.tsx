import { createFileRoute } from '@tanstack/react-router';
import { BatchesPage } from '@/features/fleet/batches/BatchesPage';

export const Route = createFileRoute('/jobs/batches/')({ component: BatchesPage });
