import { createFileRoute } from '@tanstack/react-router';
import { UsersPage } from '@/features/identity/UsersPage';
import { oneOf, text } from '@/lib/search';

const states = ['active', 'blocked', 'unverified', 'invited', 'contact'] as const;
interface Search {
  q?: string;
  role?: string;
  state?: (typeof states)[number];
  mfa?: 'on' | 'off';
  /** Whose drawer is open; `invite` and `add` are the dialogs. */
  user?: string;
}

export const Route = createFileRoute('/settings/users')({
  validateSearch: (search): Search => ({
    q: text(search.q), role: text(search.role), state: oneOf(search.state, states), mfa: oneOf(search.mfa, ['on', 'off'] as const), user: text(search.user),
  }),
  component: UsersPage,
});
