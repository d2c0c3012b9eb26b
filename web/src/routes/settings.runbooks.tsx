import { createFileRoute } from '@tanstack/react-router';
import { RunbooksPage } from '@/features/fleet/RunbooksPage';

export const Route = createFileRoute('/settings/runbooks')({ component: RunbooksPage });
