import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '@/components/Page';
import { Applications } from '@/features/oidc/AllowedApplications';
import { Identities } from '@/features/federation/Identities';
import { Security } from '@/features/mfa/Security';
import { Sessions } from '@/features/sign_in/Sessions';
import { Profile } from '@/features/sign_in/Profile';
import { OwnTeams } from '@/features/identity/OwnTeams';
import { accountTabs, type AccountTab } from './tabs';

const route = getRouteApi('/account');

const tabs: Record<AccountTab, { label: string; content: () => ReactNode }> = {
  profile: { label: 'Profile', content: () => <Profile /> },
  security: { label: 'Password and factors', content: () => <Security /> },
  sessions: { label: 'Sessions', content: () => <Sessions /> },
  identities: { label: 'Linked accounts', content: () => <Identities /> },
  applications: { label: 'Applications', content: () => <Applications /> },
  teams: { label: 'Teams', content: () => <OwnTeams /> },
};

export function AccountPage() {
  const { tab = 'profile' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="Account" description="You, everywhere on this installation.">
      <Tabs value={tab} onChange={(value) => void navigate({ search: { tab: value === 'profile' ? undefined : (value as AccountTab) } })} keepMounted={false}>
        <Tabs.List mb="md">{accountTabs.map((name) => <Tabs.Tab key={name} value={name}>{tabs[name].label}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value={tab}>{tabs[tab].content()}</Tabs.Panel>
      </Tabs>
    </Page>
  );
}
