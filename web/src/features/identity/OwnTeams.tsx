import { Badge, Button, Group, Menu, NumberInput, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconDoorExit, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone, notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { RowMenu } from '@/components/RowMenu';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { client } from '@/lib/api';
import { useMay, useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { useLeaveTeam } from './TeamDanger';
import { useEnterTeam, useTeams, type Team } from './useTeam';

/** The teams that the person is in: enter one, leave one, make one. */
export function OwnTeams() {
  const { query } = useTeams();
  const [creating, setCreating] = useState(false);
  const holdsScope = useMay('team:create');
  const mayCreate = holdsScope || query.data?.length === 0;
  return (
    <Section title="Teams" description="Each owns its sites, keys and settings; you work in one at a time." actions={mayCreate && <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>New team</Button>}>
      <QueryState query={query} rows={2} empty={<Text size="sm" className="quiet">You are in no team. Make one, or open the link of an invitation.</Text>}>
        {(teams) => (
          <ShortTable label="Teams" head={['Name', 'Your roles', 'Owner', 'Members', 'Sites', '_Actions']} minWidth={680}>
            {teams.map((team) => <TeamRow key={team.id} team={team} />)}
          </ShortTable>
        )}
      </QueryState>
      {creating && <CreateTeam onClose={() => setCreating(false)} />}
    </Section>
  );
}

function TeamRow({ team }: { team: Team }) {
  const me = useMe();
  const { enter } = useEnterTeam();
  const leave = useLeaveTeam();
  const isOwner = team.owner.id === me?.id;
  return (
    <Table.Tr>
      <Table.Td><Group gap="xs"><Text size="sm" fw={600}>{team.name}</Text>{team.current && <Badge size="sm" variant="light">You are here</Badge>}</Group></Table.Td>
      <Table.Td>{team.roles.map((role) => role.name).join(', ') || <span className="quiet">none</span>}</Table.Td>
      <Table.Td>{isOwner ? 'You' : team.owner.name}</Table.Td>
      <Table.Td className="tabular">{team.members.length}</Table.Td>
      <Table.Td className="tabular">{team.site_count}{team.site_limit > 0 && <span className="quiet"> of {team.site_limit}</span>}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {!team.current && <Button size="compact-sm" variant="default" onClick={() => void enter(team.id).catch((error: unknown) => notifyFailed(error, 'The team was not changed'))}>Enter</Button>}
          <RowMenu label={`Actions for the team ${team.name}`}>
            {!isOwner && !team.personal_team && me && <Menu.Item c="var(--state-offline)" leftSection={<IconDoorExit size={16} />} onClick={() => leave(team, me.id)}>Leave</Menu.Item>}
          </RowMenu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function CreateTeam({ onClose }: { onClose: () => void }) {
  const { enter } = useEnterTeam();
  const form = useForm({ initialValues: { name: '', site_limit: 0 as number | string }, validate: { name: (name) => (name.trim() ? null : 'The team needs a name.') } });
  const sending = useSubmit(form, async ({ name, site_limit }) => {
    const { data } = await client.POST('/teams', { body: { name: name.trim(), site_limit: Number(site_limit) || 0 } });
    onClose();
    await enter(data!.id);
    notifyDone(`The team ${data!.name} is yours. You are in it now.`);
  });
  return (
    <FormDialog title="New team" action="Create and enter" sending={sending} onClose={onClose}>
      <TextInput label="Name" maxLength={200} required data-autofocus {...form.getInputProps('name')} />
      <NumberInput label="Most sites" description="0: no limit of its own." min={0} allowDecimal={false} {...form.getInputProps('site_limit')} />
    </FormDialog>
  );
}
