import { createFileRoute } from '@tanstack/react-router';
import { TeamPage } from '@/features/identity/TeamPage';

export const Route = createFileRoute('/settings/team')({ component: TeamPage });
