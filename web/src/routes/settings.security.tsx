import { createFileRoute } from '@tanstack/react-router';
import { SecurityPage } from '@/features/protection/SecurityPage';

export const Route = createFileRoute('/settings/security')({ component: SecurityPage });
