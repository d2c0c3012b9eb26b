import { Menu, Table, Text } from '@mantine/core';
import { IconMailForward, IconTrash } from '@tabler/icons-react';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone, notifyFailed } from '@/components/notify';
import { RowMenu } from '@/components/RowMenu';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';
import { useMay, useMe } from '@/lib/me';
import { useNow } from '@/lib/time';

type Invite = Schemas['Invite'];

/** Invitations that nobody has taken yet; nothing at all when there are none. */
export function Invites() {
  const team = useMe()?.team_id;
  const invites = $api.useQuery('get', '/teams/{team}/invites', { params: { path: { team: team ?? '' } } }, { enabled: Boolean(team) });
  if (!invites.data?.length) return null;
  return (
    <Section title="Open invitations" description="Not accepted yet.">
      <ShortTable label="Open invitations" head={['E-mail', 'Role', 'Sent', 'Good until', '_Actions']}>
        {invites.data.map((invite) => <InviteRow key={invite.id} invite={invite} />)}
      </ShortTable>
    </Section>
  );
}

function InviteRow({ invite }: { invite: Invite }) {
  const mayInvite = useMay('teams:invite-users');
  const now = useNow();
  const path = { team: invite.team_id };
  const resend = async () => {
    try {
      await client.POST('/teams/{team}/invites', { params: { path }, body: { email: invite.email, ...(invite.role_id ? { role: invite.role_id } : {}) } });
      await refresh('/teams/{team}/invites');
      notifyDone(`A new link is on its way to ${invite.email}; the old one no longer works.`);
    } catch (error) {
      notifyFailed(error, 'The invitation was not sent');
    }
  };
  const cancel = () =>
    confirm({
      title: 'Cancel the invitation', action: 'Cancel invitation', body: `The link that ${invite.email} got will no longer work.`,
      run: async () => {
        await client.DELETE('/teams/{team}/invites/{invite}', { params: { path: { ...path, invite: invite.id } } });
        await refresh('/teams/{team}/invites', '/teams');
        notifyDone('The invitation was cancelled.');
      },
    });
  const isOver = new Date(invite.expires_at).getTime() < now;
  return (
    <Table.Tr>
      <Table.Td><Text size="sm" fw={600}>{invite.email}</Text></Table.Td>
      <Table.Td>{invite.role}</Table.Td>
      <Table.Td><TimeText at={invite.updated_at} /></Table.Td>
      <Table.Td>{isOver ? <StatusBadge state="fail" word="Expired" /> : <TimeText at={invite.expires_at} />}</Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for the invitation of ${invite.email}`}>
          {mayInvite && <Menu.Item leftSection={<IconMailForward size={16} />} onClick={() => void resend()}>Send again</Menu.Item>}
          {mayInvite && <Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={cancel}>Cancel invitation</Menu.Item>}
        </RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}
