import { Button, Menu, Stack, Table, Text } from '@mantine/core';
import { IconKey, IconPencil, IconPlus, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { config } from '@/app/config';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { RowMenu } from '@/components/RowMenu';
import { SecretOnce } from '@/components/SecretOnce';
import { ShortTable } from '@/components/ShortTable';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';
import { useMay, useMe } from '@/lib/me';
import { useNow } from '@/lib/time';
import { ApiKeyDialog } from './ApiKeyDialog';
import { lifeOf } from './expiry';

export type ApiCredential = Schemas['ApiCredential'];
export interface NewSecret {
  name: string;
  secret: string;
}

const curl = (secret: string) => `curl -H "Authorization: Bearer ${secret}" ${config.api}/sites`;

export function ApiKeysPage() {
  const team = useMe()?.team_id;
  const keys = $api.useQuery('get', '/teams/{team}/api-credentials', { params: { path: { team: team ?? '' } } }, { enabled: Boolean(team) });
  const [dialog, setDialog] = useState<'new' | ApiCredential | null>(null);
  const [made, setMade] = useState<NewSecret | null>(null);
  const mayCreate = useMay('api:create');
  const create = mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog('new')}>New key</Button>;
  return (
    <Page title="API keys" scope="api:view" description="For programs that work for the team. A key belongs to the team, not to a person, and never does more than its permissions." actions={create}>
      <QueryState query={keys} empty={<StatePanel icon={<IconKey size={24} />} title="No keys yet" actions={create || undefined}>A key lets a script or another system use the API of this team.</StatePanel>}>
        {(all) => (
          <ShortTable label="API keys" head={['Name', 'Key', 'Permissions', 'Last used', 'Ends', '_Actions']} minWidth={720}>
            {all.map((key) => <KeyRow key={key.id} apiKey={key} onEdit={() => setDialog(key)} onRotated={setMade} />)}
          </ShortTable>
        )}
      </QueryState>
      {dialog && <ApiKeyDialog apiKey={dialog === 'new' ? undefined : dialog} onClose={() => setDialog(null)} onMade={setMade} />}
      {made && <SecretOnce title={`Key ${made.name}`} fields={[{ label: 'API key', value: made.secret }, { label: 'Try it', value: curl(made.secret) }]} onClose={() => setMade(null)} />}
    </Page>
  );
}

function KeyRow({ apiKey, onEdit, onRotated }: { apiKey: ApiCredential; onEdit: () => void; onRotated: (made: NewSecret) => void }) {
  const now = useNow();
  const mayUpdate = useMay('api:update');
  const mayDelete = useMay('api:delete');
  const life = apiKey.status === 'expired' ? 'over' : lifeOf(apiKey.expires_at, now);
  const { rotate, revoke } = useKeyActions(apiKey, onRotated);
  return (
    <Table.Tr>
      <Table.Td>
        <Stack gap={2}>
          <Text size="sm" fw={600}>{apiKey.name}</Text>
          {apiKey.orphaned && <StatusBadge state="warn" word="Its maker left the team" />}
        </Stack>
      </Table.Td>
      <Table.Td className="mono nowrap">{apiKey.key_prefix}…{apiKey.hint}</Table.Td>
      <Table.Td className="tabular" title={apiKey.permissions.join('\n')}>{apiKey.permissions.length}</Table.Td>
      <Table.Td><TimeText at={apiKey.last_used_at} none="never" /></Table.Td>
      <Table.Td>
        {life === 'over' ? <StatusBadge state="fail" word="Expired" /> : life === 'soon' ? <StatusBadge state="warn" word="Soon" /> : null} <TimeText at={apiKey.expires_at} none="never" />
      </Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for the key ${apiKey.name}`}>
          {mayUpdate && <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>Edit</Menu.Item>}
          {mayUpdate && life !== 'over' && <Menu.Item leftSection={<IconRefresh size={16} />} onClick={rotate}>New secret</Menu.Item>}
          {mayDelete && <Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={revoke}>Revoke</Menu.Item>}
        </RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}

function useKeyActions(apiKey: ApiCredential, onRotated: (made: NewSecret) => void) {
  const rotate = () =>
    confirm({
      title: `New secret for ${apiKey.name}`, action: 'Make a new secret', body: 'The old secret is refused within a second: whatever uses the key stands still until it has the new one.',
      run: async () => {
        const { data } = await client.POST('/api/keys/{id}/rotate', { params: { path: { id: apiKey.id } } });
        await refresh('/teams/{team}/api-credentials');
        onRotated({ name: apiKey.name, secret: data!.data.secret });
      },
    });
  const revoke = () =>
    confirm({
      title: `Revoke ${apiKey.name}`, action: 'Revoke key', typed: apiKey.name, body: 'Programs that use the key are refused within a second. It cannot be brought back.',
      run: async () => {
        await client.DELETE('/api/keys/{id}', { params: { path: { id: apiKey.id } } });
        await refresh('/teams/{team}/api-credentials');
        notifyDone(`The key ${apiKey.name} was revoked.`);
      },
    });
  return { rotate, revoke };
}
