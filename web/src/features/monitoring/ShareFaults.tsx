import { Alert, Anchor, Button, Group, Select, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { config } from '@/app/config';
import { CopyField } from '@/components/CopyField';
import { Modal } from '@/components/Dialog';
import { notifyFailed } from '@/components/notify';
import { TimeText } from '@/components/TimeText';
import { $api, type Schemas } from '@/lib/api';
import { messageOf } from '@/lib/errors';
import { useMay } from '@/lib/me';
import { boardLink } from './board/board';

const lives = [
  { minutes: 60, label: 'One hour' }, { minutes: 480, label: 'Eight hours' }, { minutes: 1440, label: 'One day' }, { minutes: 10_080, label: 'Seven days' }, { minutes: 43_200, label: 'Thirty days' },
];

/** A link that shows the open faults to people without an account, for a while. */
export default function ShareFaults({ close }: { close: () => void }) {
  const [minutes, setMinutes] = useState('480');
  const mayLong = useMay('fault:create');
  const links = $api.useQuery('get', '/faults/tokens');
  const make = $api.useMutation('post', '/faults/token', { onSuccess: () => void links.refetch() });
  return (
    <Modal onClose={close} title="Share the open faults" size="lg">
      <Stack>
        <Text size="sm" className="quiet">For a screen on the wall, or people without an account: whoever has the link sees the faults of this team that last or ended in the last ten minutes. Messages and names of sites, nothing else.</Text>
        <Group align="flex-end">
          <Select label="The link opens for" data={lives.filter((one) => mayLong || one.minutes <= 1440).map((one) => ({ value: String(one.minutes), label: one.label }))} value={minutes} onChange={(value) => value && setMinutes(value)} allowDeselect={false} />
          <Button loading={make.isPending} onClick={() => make.mutate({ body: { expire_after_minutes: Number(minutes) } })}>Make a link</Button>
        </Group>
        {make.isError && <Alert color="red" role="alert">{messageOf(make.error)}</Alert>}
        {make.data && <MadeLink made={make.data} />}
        <Links links={links.data ?? []} changed={() => void links.refetch()} />
      </Stack>
    </Modal>
  );
}

function MadeLink({ made }: { made: Schemas['FaultToken'] }) {
  const board = boardLink(config.portal, made.token);
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>Shown only now; it ends <TimeText at={made.expires_at} />.</Text>
      <Text size="sm">The board, for people: <Anchor href={board} target="_blank" rel="noreferrer" underline="always">open it</Anchor></Text>
      <CopyField value={board} label="link to the board" />
      <Text size="sm" mt={4}>The same as JSON, for programs:</Text>
      <CopyField value={made.short_link} label="link for programs" />
    </Stack>
  );
}

interface Link {
  id: string;
  created_by: string;
  expires_at: string;
  revoked_at?: string | null;
  last_used_at?: string | null;
}

function Links({ links, changed }: { links: Link[]; changed: () => void }) {
  const mayUpdate = useMay('fault:update');
  const revoke = $api.useMutation('delete', '/faults/tokens/{id}', { onSuccess: changed, onError: (error) => notifyFailed(error, 'The link was not taken back') });
  const open = links.filter((link) => !link.revoked_at && Date.parse(link.expires_at) > Date.now());
  if (open.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={440}>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>Made by</Table.Th><Table.Th>Ends</Table.Th><Table.Th>Last opened</Table.Th><Table.Th><VisuallyHidden>Actions</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {open.map((link) => (
            <Table.Tr key={link.id}>
              <Table.Td>{link.created_by}</Table.Td><Table.Td><TimeText at={link.expires_at} /></Table.Td><Table.Td><TimeText at={link.last_used_at} none="Never" /></Table.Td>
              <Table.Td ta="end">{mayUpdate && <Button size="compact-sm" variant="subtle" color="red" onClick={() => revoke.mutate({ params: { path: { id: link.id } } })}>Take back</Button>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
