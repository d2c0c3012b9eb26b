import { Button, Menu, Table, Text } from '@mantine/core';
import { IconExternalLink, IconPencil, IconPlus, IconTrash, IconUserShield } from '@tabler/icons-react';
import { useState } from 'react';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { CopyField } from '@/components/CopyField';
import { notifyDone, notifyFailed } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { RowMenu } from '@/components/RowMenu';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { $api, client } from '@/lib/api';
import { useMay } from '@/lib/me';
import { ProviderDialog } from './ProviderDialog';
import { typeLabel, type Provider } from './providers';

export function ProvidersPage() {
  const providers = $api.useQuery('get', '/identity-providers');
  const [dialog, setDialog] = useState<'new' | Provider | null>(null);
  const mayCreate = useMay('integration:create');
  const create = mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog('new')}>Add provider</Button>;
  return (
    <Page title="Sign-in providers" scope="integration:view" description="Members of the team sign in with their account at Google, Microsoft, GitHub or any OpenID provider, instead of a password here." actions={create}>
      <QueryState query={providers} empty={<StatePanel icon={<IconUserShield size={24} />} title="No providers yet" actions={create || undefined}>People sign in with a password or a passkey of their account here.</StatePanel>}>
        {(all) => (
          <>
            <ShortTable label="Sign-in providers" head={['Name', 'Type', 'Mail domains', 'New people', 'State', '_Actions']} minWidth={680}>
              {all.map((provider) => <ProviderRow key={provider.id} provider={provider} onEdit={() => setDialog(provider)} />)}
            </ShortTable>
            <Section title="At the provider" description="Register this address there as redirect URI. It is the same for every provider.">
              <CopyField value={all[0]!.callback_url} label="redirect URI" />
            </Section>
          </>
        )}
      </QueryState>
      {dialog && <ProviderDialog provider={dialog === 'new' ? undefined : dialog} onClose={() => setDialog(null)} />}
    </Page>
  );
}

function ProviderRow({ provider, onEdit }: { provider: Provider; onEdit: () => void }) {
  const mayUpdate = useMay('integration:update');
  const mayDelete = useMay('integration:delete');
  const path = { params: { path: { id: provider.id } } };
  const test = async () => {
    const opened = window.open('', '_blank', 'popup,width=560,height=760'); // before the call: browsers open windows only in answer to a click
    try {
      const { data } = await client.POST('/identity-providers/{id}/test', path);
      if (opened) opened.location.href = data!.url;
      else notifyFailed(new Error('Allow pop-ups for this page and try again.'), 'The test could not be opened');
    } catch (error) {
      opened?.close();
      notifyFailed(error, 'The test was not started');
    }
  };
  const remove = () =>
    confirm({
      title: `Remove ${provider.name}`, action: 'Remove provider', typed: provider.name, body: 'Links between it and the accounts of people go with it. Who has no password and no passkey can then only get in by “Forgot your password?”.',
      run: async () => {
        await client.DELETE('/identity-providers/{id}', path);
        await refresh('/identity-providers', '/me/identities', '/login/providers');
        notifyDone(`${provider.name} was removed.`);
      },
    });
  return (
    <Table.Tr>
      <Table.Td><Text size="sm" fw={600}>{provider.name}</Text></Table.Td>
      <Table.Td>{typeLabel(provider.type)}</Table.Td>
      <Table.Td>{provider.allowed_domains.join(', ') || <span className="quiet">any</span>}</Table.Td>
      <Table.Td>{provider.jit_provisioning ? 'get an account' : <span className="quiet">must be invited</span>}</Table.Td>
      <Table.Td><StatusBadge state={provider.enabled ? 'ok' : 'off'} word={provider.enabled ? 'On' : 'Off'} /></Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for ${provider.name}`}>
          {mayUpdate && <Menu.Item leftSection={<IconExternalLink size={16} />} onClick={() => void test()}>Test in a new window</Menu.Item>}
          {mayUpdate && <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>Edit</Menu.Item>}
          {mayDelete && <Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={remove}>Remove</Menu.Item>}
        </RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}
