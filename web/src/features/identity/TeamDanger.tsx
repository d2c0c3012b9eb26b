import { Button, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { Section } from '@/components/Section';
import { client } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMay, useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { useEnterTeam, type Team } from './useTeam';

/** Handing the team on, leaving it, deleting it. */
export function TeamDanger({ team }: { team: Team }) {
  const me = useMe();
  const isOwner = me?.id === team.owner.id;
  const mayDelete = useMay('team:delete');
  const [handingOn, setHandingOn] = useState(false);
  const { startAfresh } = useEnterTeam();
  const askDelete = () =>
    confirm({
      title: `Delete the team ${team.name}`, action: 'Delete team', typed: team.name,
      body: <>The team goes for good, with its {plural(team.site_count, 'site')}, backups, keys and settings. Its routers keep forwarding, but nobody manages them from here any more.</>,
      run: async () => {
        await client.DELETE('/teams/{team}', { params: { path: { team: team.id }, query: team.site_count > 0 ? { force: true } : {} } });
        await startAfresh();
        notifyDone(`The team ${team.name} was deleted.`);
      },
    });
  return (
    <>
      {isOwner && !team.personal_team && (
        <Section title="Hand the team on" description="The new owner decides about everything, also about deleting the team. You stay as Administrator."
          actions={<Button variant="default" onClick={() => setHandingOn(true)} disabled={candidates(team, me?.id).length === 0}>Choose a new owner</Button>}>
          {candidates(team, me?.id).length === 0 && <Text size="sm" className="quiet">There is no other member who can sign in. Invite somebody first.</Text>}
        </Section>
      )}
      {!isOwner && !team.personal_team && me && <LeaveTeam team={team} userId={me.id} />}
      {(isOwner || mayDelete) && (
        <Section title="Delete the team" description={team.personal_team ? 'This is a personal team: it goes with the account of its owner.' : 'With everything that belongs to it. This cannot be taken back.'}
          actions={<Button color="red" variant="light" onClick={askDelete} disabled={team.personal_team}>Delete team</Button>} />
      )}
      {handingOn && <HandOn team={team} userId={me?.id} onClose={() => setHandingOn(false)} />}
    </>
  );
}

const candidates = (team: Team, own: string | undefined) => team.members.filter((member) => member.id !== own && member.allow_login && member.status === 'active');

function HandOn({ team, userId, onClose }: { team: Team; userId: string | undefined; onClose: () => void }) {
  const form = useForm({ initialValues: { user_id: null as string | null }, validate: { user_id: (id) => (id ? null : 'Choose who owns the team from now on.') } });
  const sending = useSubmit(form, async ({ user_id }) => {
    await client.PUT('/teams/{team}/owner', { params: { path: { team: team.id } }, body: { user_id: user_id! } });
    await refresh('/teams', '/teams/{team}', '/users', '/me');
    notifyDone('The team has a new owner. You are Administrator now.');
    onClose();
  });
  return (
    <FormDialog title={`Hand ${team.name} on`} action="Hand the team on" sending={sending} onClose={onClose}>
      <Text size="sm">Only the new owner can give the team back to you.</Text>
      <Select label="New owner" placeholder="A member who can sign in" searchable required data={candidates(team, userId).map((member) => ({ value: member.id, label: `${member.name} (${member.email})` }))} {...form.getInputProps('user_id')} />
    </FormDialog>
  );
}

function LeaveTeam({ team, userId }: { team: Team; userId: string }) {
  const leave = useLeaveTeam();
  return <Section title="Leave the team" description="You lose access to its sites at once." actions={<Button color="red" variant="light" onClick={() => leave(team, userId)}>Leave team</Button>} />;
}

export function useLeaveTeam() {
  const { startAfresh } = useEnterTeam();
  return (team: Team, userId: string) =>
    confirm({
      title: `Leave the team ${team.name}`, action: 'Leave team',
      body: <Stack gap={4}><span>You lose access to its sites at once. Somebody of the team has to invite you before you can come back.</span><span>API keys that you made for the team go on working.</span></Stack>,
      run: async () => {
        await client.DELETE('/teams/{team}/members/{user}', { params: { path: { team: team.id, user: userId } } });
        await startAfresh();
        notifyDone(`You have left the team ${team.name}.`);
      },
    });
}
