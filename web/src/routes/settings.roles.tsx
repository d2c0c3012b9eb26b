import { createFileRoute } from '@tanstack/react-router';
import { RolesPage } from '@/features/identity/RolesPage';
import { text } from '@/lib/search';

export const Route = createFileRoute('/settings/roles')({
  validateSearch: (search): { role?: string; copy?: string } => ({ role: text(search.role), copy: text(search.copy) }),
  component: RolesPage,
});
