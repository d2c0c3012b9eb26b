import { createFileRoute } from '@tanstack/react-router';
import { ApplicationsPage } from '@/features/oidc/ApplicationsPage';

export const Route = createFileRoute('/settings/applications')({ component: ApplicationsPage });
