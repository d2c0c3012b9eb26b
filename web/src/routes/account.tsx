import { createFileRoute } from '@tanstack/react-router';
import { AccountPage } from '@/features/account/AccountPage';
import { accountTabs, type AccountTab } from '@/features/account/tabs';
import { oneOf } from '@/lib/search';

export const Route = createFileRoute('/account')({
  validateSearch: (search): { tab?: AccountTab } => ({ tab: oneOf(search.tab, accountTabs) }),
  component: AccountPage,
});
