import { createFileRoute } from '@tanstack/react-router';
import { ApiKeysPage } from '@/features/identity/ApiKeysPage';

export const Route = createFileRoute('/settings/api-keys')({ component: ApiKeysPage });
