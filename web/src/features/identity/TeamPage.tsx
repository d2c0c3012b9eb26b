import { NumberInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { FormFoot } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { refresh } from '@/app/queryClient';
import { client } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMay } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { TeamDanger } from './TeamDanger';
import { useTeams, type Team } from './useTeam';

export function TeamPage() {
  const { query, current } = useTeams();
  return (
    <Page title="Team" description="Owner of your sites, keys and settings. You are in it with the roles that were given to you here.">
      <QueryState query={query}>{() => current && <TeamSections key={current.id} team={current} />}</QueryState>
    </Page>
  );
}

function TeamSections({ team }: { team: Team }) {
  return (
    <Stack>
      <TeamForm team={team} />
      <TeamDanger team={team} />
    </Stack>
  );
}

function TeamForm({ team }: { team: Team }) {
  const mayChange = useMay('team:update');
  const form = useForm({ initialValues: { name: team.name, site_limit: team.site_limit as number | string }, validate: { name: (name) => (name.trim() ? null : 'The team needs a name.') } });
  const sending = useSubmit(form, async ({ name, site_limit }) => {
    await client.PUT('/teams/{team}', { params: { path: { team: team.id } }, body: { name: name.trim(), site_limit: Number(site_limit) || 0 } });
    form.resetDirty();
    notifyDone('The team was changed.');
    await refresh('/teams', '/teams/{team}');
  });
  return (
    <Section title="Name and size" description={`${plural(team.members.length, 'member')}, ${plural(team.site_count, 'site')}. Owner: ${team.owner.name} (${team.owner.email}).`}>
      <form onSubmit={sending.onSubmit} noValidate>
        <Stack maw={480}>
          <TextInput label="Name" maxLength={200} required disabled={!mayChange} {...form.getInputProps('name')} />
          <NumberInput label="Most sites" description="How many sites may be adopted into this team. 0: no limit of its own." min={0} allowDecimal={false} disabled={!mayChange} {...form.getInputProps('site_limit')} />
          {mayChange && <FormFoot sending={sending} action="Save" disabled={!form.isDirty()} />}
        </Stack>
      </form>
    </Section>
  );
}
