import { Stack } from '@mantine/core';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { $api } from '@/lib/api';
import { Blocks } from './Blocks';
import { PolicyForm } from './PolicyForm';
import { TrustedNetworks } from './TrustedNetworks';

export function SecurityPage() {
  const policy = $api.useQuery('get', '/security/policy', {}, { meta: { poll: false } });
  return (
    <Page title="Security" scope="team:update" description="What the team asks of its members. Somebody in several teams keeps the strictest of each rule.">
      <Stack>
        <QueryState query={policy}>{(now) => <PolicyForm key={JSON.stringify(now)} policy={now} />}</QueryState>
        <TrustedNetworks />
        <Blocks />
      </Stack>
    </Page>
  );
}
