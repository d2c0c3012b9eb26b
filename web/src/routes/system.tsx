import { createFileRoute } from '@tanstack/react-router';
import { SystemPage } from '@/features/platform/SystemPage';

export const Route = createFileRoute('/system')({ component: SystemPage });
