import { createFileRoute } from '@tanstack/react-router';
import { ProvidersPage } from '@/features/federation/ProvidersPage';

export const Route = createFileRoute('/settings/sign-in-providers')({ component: ProvidersPage });
