import { Button, Menu, Table, Text } from '@mantine/core';
import { IconApps, IconPencil, IconPlus, IconRefresh, IconTrash } from '@tabler/icons-react';
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
import { TimeText } from '@/components/TimeText';
import { $api, client } from '@/lib/api';
import { useMay } from '@/lib/me';
import { ApplicationDialog } from './ApplicationDialog';
import { kindOf, kinds, type OAuthClient } from './clients';

const secretFields = (app: OAuthClient) => [
  { label: 'Client secret', value: app.client_secret ?? '' },
  { label: 'Client id', value: app.client_id },
  { label: 'Discovery', value: `${config.auth}/.well-known/openid-configuration` },
];

export function ApplicationsPage() {
  const apps = $api.useQuery('get', '/oauth/clients', { params: { query: { per_page: 100 } } });
  const [dialog, setDialog] = useState<'new' | OAuthClient | null>(null);
  const [made, setMade] = useState<OAuthClient | null>(null);
  const mayCreate = useMay('api:create');
  const create = mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog('new')}>Register application</Button>;
  return (
    <Page title="Applications" scope="api:view" description={<>Programs that sign members of the team in with their account here (OAuth 2.0, OpenID Connect), or work for the team by themselves. <a href={`${config.docs}`} target="_blank" rel="noreferrer">API reference</a></>} actions={create}>
      <QueryState query={apps} isEmpty={(page) => page.data.length === 0} empty={<StatePanel icon={<IconApps size={24} />} title="No applications yet" actions={create || undefined}>Register one, and people of the team sign in to it without another password.</StatePanel>}>
        {(page) => (
          <ShortTable label="Applications" head={['Name', 'Kind', 'Client id', 'Last used', 'Secret', '_Actions']} minWidth={760}>
            {page.data.map((app) => <ApplicationRow key={app.client_id} app={app} onEdit={() => setDialog(app)} onSecret={setMade} />)}
          </ShortTable>
        )}
      </QueryState>
      {dialog && <ApplicationDialog app={dialog === 'new' ? undefined : dialog} onClose={() => setDialog(null)} onSecret={setMade} />}
      {made?.client_secret && <SecretOnce title={`Secret of ${made.name}`} fields={secretFields(made)} onClose={() => setMade(null)} />}
    </Page>
  );
}

function ApplicationRow({ app, onEdit, onSecret }: { app: OAuthClient; onEdit: () => void; onSecret: (app: OAuthClient) => void }) {
  const mayUpdate = useMay('api:update');
  const mayDelete = useMay('api:delete');
  const path = { params: { path: { client: app.client_id } } };
  const rotate = () =>
    confirm({
      title: `New secret for ${app.name}`, action: 'Make a new secret', body: 'The old secret is worth nothing at once: nobody can sign in to the application until it has the new one. Who is signed in stays so.',
      run: async () => {
        const { data } = await client.POST('/oauth/clients/{client}/rotate', path);
        await refresh('/oauth/clients');
        onSecret(data!);
      },
    });
  const remove = () =>
    confirm({
      title: `Remove ${app.name}`, action: 'Remove application', typed: app.name, body: 'Its tokens, and what people allowed it, end at once.',
      run: async () => {
        await client.DELETE('/oauth/clients/{client}', path);
        await refresh('/oauth/clients');
        notifyDone(`The application ${app.name} was removed.`);
      },
    });
  return (
    <Table.Tr>
      <Table.Td><Text size="sm" fw={600}>{app.name}</Text>{app.homepage && <Text size="xs" className="quiet">{app.homepage}</Text>}</Table.Td>
      <Table.Td><Text size="sm">{kinds.find((kind) => kind.value === kindOf(app))?.label}</Text></Table.Td>
      <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>{app.client_id}</Table.Td>
      <Table.Td><TimeText at={app.last_used_at} none="never" /></Table.Td>
      <Table.Td>{app.secret_hint ? <><span className="mono">…{app.secret_hint}</span> <Text span size="xs" className="quiet">made <TimeText at={app.secret_changed_at} /></Text></> : <span className="quiet">none</span>}</Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for ${app.name}`}>
          {mayUpdate && <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>Edit</Menu.Item>}
          {mayUpdate && app.secret_hint && <Menu.Item leftSection={<IconRefresh size={16} />} onClick={rotate}>New secret</Menu.Item>}
          {mayDelete && <Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={remove}>Remove</Menu.Item>}
        </RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}
