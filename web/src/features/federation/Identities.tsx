import { Button, Group, Table, Text } from '@mantine/core';
import { config } from '@/app/config';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone, notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';
import { useMe } from '@/lib/me';
import { typeLabel } from './providers';

/** Accounts elsewhere that open this one. */
export function Identities() {
  const me = useMe();
  const linked = $api.useQuery('get', '/me/identities', {}, { meta: { poll: false } });
  const providers = $api.useQuery('get', '/login/providers', { params: { query: { email: me?.email } } }, { enabled: Boolean(me), meta: { poll: false } });
  const free = providers.data?.filter((provider) => !linked.data?.some((one) => one.provider_id === provider.id)) ?? [];
  return (
    <Section title="Linked accounts" description="Sign in with an account that you have elsewhere.">
      <QueryState query={linked} rows={2} empty={<Text size="sm" className="quiet">No account is linked.</Text>}>
        {(all) => (
          <ShortTable label="Linked accounts" head={['Provider', 'E-mail there', 'Linked', 'Last sign-in', '_Actions']}>
            {all.map((identity) => <IdentityRow key={identity.id} identity={identity} />)}
          </ShortTable>
        )}
      </QueryState>
      {free.length > 0 && <Group gap="xs">{free.map((provider) => <LinkButton key={provider.id} provider={provider} />)}</Group>}
      {providers.data?.length === 0 && <Text size="sm" className="quiet">Nothing can be linked: no sign-in provider is set up for your address.</Text>}
    </Section>
  );
}

function LinkButton({ provider }: { provider: Schemas['SignInProvider'] }) {
  const link = async () => {
    try {
      const sameHost = config.auth === location.origin;
      const { data } = await client.POST('/me/identities', { body: { provider_id: provider.id, ...(sameHost ? { return_to: '/app/account?tab=identities' } : {}) } });
      location.assign(data!.url);
    } catch (error) {
      notifyFailed(error, `${provider.name} was not linked`);
    }
  };
  return <Button variant="default" onClick={() => void link()}>Link {provider.name}</Button>;
}

function IdentityRow({ identity }: { identity: Schemas['Identity'] }) {
  const name = identity.provider ?? typeLabel(identity.type);
  const unlink = () =>
    confirm({
      title: `Unlink ${name}`, action: 'Unlink', body: 'You no longer sign in with it. You can link it again.',
      run: async () => {
        await client.DELETE('/me/identities/{id}', { params: { path: { id: identity.id } } });
        await refresh('/me/identities');
        notifyDone(`${name} was unlinked.`);
      },
    });
  return (
    <Table.Tr>
      <Table.Td><Text size="sm" fw={600}>{name}</Text>{identity.provider && <Text size="xs" className="quiet">{typeLabel(identity.type)}</Text>}</Table.Td>
      <Table.Td>{identity.email ?? '–'}</Table.Td>
      <Table.Td><TimeText at={identity.created_at} /></Table.Td>
      <Table.Td><TimeText at={identity.last_used_at} none="never" /></Table.Td>
      <Table.Td ta="end"><Button size="compact-sm" variant="default" onClick={unlink}>Unlink</Button></Table.Td>
    </Table.Tr>
  );
}
