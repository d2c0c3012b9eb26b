import { Button, Table, Text } from '@mantine/core';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';

/** What the person allowed other programs, with the way to take it back. */
export function Applications() {
  const allowed = $api.useQuery('get', '/me/authorizations', {}, { meta: { poll: false } });
  return (
    <Section title="Applications that you allowed" description="They sign you in with this account, or act for you with these permissions.">
      <QueryState query={allowed} rows={2} empty={<Text size="sm" className="quiet">You have allowed no application anything.</Text>}>
        {(all) => (
          <ShortTable label="Applications that you allowed" head={['Application', 'May', 'Allowed', 'Last used', 'Asks again', '_Actions']} minWidth={720}>
            {all.map((one) => <AllowedRow key={one.client_id} allowed={one} />)}
          </ShortTable>
        )}
      </QueryState>
    </Section>
  );
}

const own: Record<string, string> = { openid: 'know who you are', profile: 'see your name', email: 'see your e-mail', offline_access: 'stay signed in' };
const inWords = (scopes: readonly string[]) => {
  const rest = scopes.filter((scope) => !(scope in own));
  return [...scopes.filter((scope) => scope in own).map((scope) => own[scope]), ...(rest.length > 0 ? [`act with ${rest.length === 1 ? rest[0] : `${rest.length} permissions`}`] : [])].join(', ');
};

function AllowedRow({ allowed }: { allowed: Schemas['OAuthAuthorization'] }) {
  const revoke = () =>
    confirm({
      title: `Take back what ${allowed.name} may`, action: 'Take back', body: 'Its tokens for you end at once. At the next sign-in it asks you again.',
      run: async () => {
        await client.DELETE('/me/authorizations/{client}', { params: { path: { client: allowed.client_id } } });
        await refresh('/me/authorizations');
        notifyDone(`${allowed.name} may nothing any more.`);
      },
    });
  return (
    <Table.Tr>
      <Table.Td><Text size="sm" fw={600}>{allowed.name}</Text>{allowed.homepage && <Text size="xs" className="quiet">{allowed.homepage}</Text>}</Table.Td>
      <Table.Td><Text size="sm" title={allowed.scopes.join('\n')}>{inWords(allowed.scopes)}</Text></Table.Td>
      <Table.Td><TimeText at={allowed.granted_at} /></Table.Td>
      <Table.Td><TimeText at={allowed.last_used_at} none="never" /></Table.Td>
      <Table.Td><TimeText at={allowed.expires_at} /></Table.Td>
      <Table.Td ta="end"><Button size="compact-sm" variant="default" onClick={revoke}>Take back</Button></Table.Td>
    </Table.Tr>
  );
}
