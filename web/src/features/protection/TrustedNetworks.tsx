import { Button, Menu, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { RowMenu } from '@/components/RowMenu';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';

/** Networks from which members are not slowed down. It lets nobody in and keeps nobody out, so nobody can lock himself out by it. */
export function TrustedNetworks() {
  const networks = $api.useQuery('get', '/security/ip-allowlist', {}, { meta: { poll: false } });
  const [adding, setAdding] = useState(false);
  return (
    <Section title="Trusted networks" description="Members who sign in from there are neither slowed down nor given puzzles. Signing in from elsewhere stays possible: nobody is locked out by this list."
      actions={<Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>Add network</Button>}>
      <QueryState query={networks} rows={1} empty={<Text size="sm" className="quiet">No network is trusted yet.</Text>}>
        {(all) => (
          <ShortTable label="Trusted networks" head={['Network', 'What it is', 'Added', '_Actions']} minWidth={420}>
            {all.map((network) => <NetworkRow key={network.id} network={network} />)}
          </ShortTable>
        )}
      </QueryState>
      {adding && <AddNetwork onClose={() => setAdding(false)} />}
    </Section>
  );
}

function NetworkRow({ network }: { network: Schemas['AllowedIp'] }) {
  const remove = () =>
    confirm({
      title: `Trust ${network.cidr} no more`, action: 'Remove network', body: 'Members who sign in from there may be slowed down like everybody else.',
      run: async () => {
        await client.DELETE('/security/ip-allowlist/{id}', { params: { path: { id: network.id } } });
        await refresh('/security/ip-allowlist');
        notifyDone(`${network.cidr} is no longer trusted.`);
      },
    });
  return (
    <Table.Tr>
      <Table.Td className="mono">{network.cidr}</Table.Td>
      <Table.Td>{network.note || <span className="quiet">–</span>}</Table.Td>
      <Table.Td><TimeText at={network.created_at} /></Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for ${network.cidr}`}><Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={remove}>Remove</Menu.Item></RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}

function AddNetwork({ onClose }: { onClose: () => void }) {
  const sessions = $api.useQuery('get', '/me/sessions', {}, { meta: { poll: false } });
  const own = sessions.data?.find((session) => session.current)?.ip;
  const form = useForm({ initialValues: { cidr: '', note: '' }, validate: { cidr: (cidr) => (cidr.trim() ? null : 'An address or network such as 203.0.113.0/24.') } });
  const sending = useSubmit(form, async ({ cidr, note }) => {
    await client.POST('/security/ip-allowlist', { body: { cidr: cidr.trim(), note: note.trim() } });
    await refresh('/security/ip-allowlist');
    notifyDone(`${cidr.trim()} is trusted now.`);
    onClose();
  });
  return (
    <FormDialog title="Trust a network" action="Add network" sending={sending} onClose={onClose}>
      <TextInput label="Address or network" placeholder="203.0.113.0/24" required data-autofocus spellCheck={false} {...form.getInputProps('cidr')}
        rightSectionWidth={150} rightSection={own && <Button size="compact-xs" variant="subtle" onClick={() => form.setFieldValue('cidr', own)}>Use my address</Button>} />
      <TextInput label="What it is" placeholder="Office Berlin" maxLength={255} {...form.getInputProps('note')} />
    </FormDialog>
  );
}
