import { Alert, Anchor, Button, Group, Paper, SegmentedControl, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { CopyField } from '@/components/CopyField';
import { notifyFailed } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { TimeText } from '@/components/TimeText';
import { StatusBadge } from '@/components/StatusBadge';
import { $api } from '@/lib/api';
import { applyFieldErrors } from '@/lib/errors';
import { plural } from '@/lib/format';
import { AdoptionSteps } from './AdoptionSteps';

interface Props {
  /** A site that was made here and waits for its router. */
  site?: string;
  runbook?: string;
}

/** One router with a command of its own, or many with the command of a runbook; both show each step as it happens. */
export function AddSite({ site, runbook }: Props) {
  const navigate = useNavigate();
  const [way, setWay] = useState(runbook ? 'many' : 'one');
  return (
    <Page title="Add a site" scope="site:create" crumbs={[{ label: 'Sites', to: '/sites' as never }]} description="A router is adopted by one command in its terminal. It then dials out; no port has to be opened.">
      {site ? <OneSite siteId={site} /> : (
        <Stack maw={760}>
          <SegmentedControl value={way} onChange={setWay} aria-label="How many" data={[{ value: 'one', label: 'One router' }, { value: 'many', label: 'Many routers' }]} />
          {way === 'one' ? <NewSite onCreated={(id) => void navigate({ to: '/sites/add' as string, search: { site: id } as never })} /> : <ManySites runbook={runbook} />}
        </Stack>
      )}
    </Page>
  );
}

function NewSite({ onCreated }: { onCreated: (site: string) => void }) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const form = useForm({ initialValues: { name: '', address: '' }, validate: { name: (name) => (name.trim().length < 3 ? 'At least three characters' : null) } });
  const create = $api.useMutation('post', '/sites', { onSuccess: (site) => onCreated(site.id), onError: (error) => setTrouble(applyFieldErrors(form, error)) });
  return (
    <Paper p="md">
      <form onSubmit={form.onSubmit((values) => { setTrouble(null); create.mutate({ body: { name: values.name.trim(), address: values.address.trim() || null } }); })}>
        <Stack>
          <TextInput label="Name of the site" placeholder="Harbour shop" required maxLength={100} data-autofocus {...form.getInputProps('name')} />
          <TextInput label="Postal address" description="Optional; people on the road will thank you" maxLength={255} {...form.getInputProps('address')} />
          {trouble && <Alert color="red" role="alert">{trouble}</Alert>}
          <Group justify="flex-end"><Button type="submit" loading={create.isPending}>Make the command</Button></Group>
        </Stack>
      </form>
    </Paper>
  );
}

function Command({ value }: { value: string }) {
  return (
    <Paper p="md" component="section" aria-labelledby="command">
      <Title order={2} id="command" mb="xs">Paste this into the terminal of the router</Title>
      <CopyField value={value} label="command" />
      <Text size="sm" className="quiet" mt="xs">
        RouterOS 6.49 or 7, with internet access, working DNS and a correct clock. A router in device mode “home” first needs <code>/system/device-mode/update mode=advanced</code>, confirmed at the device.
      </Text>
    </Paper>
  );
}

function OneSite({ siteId }: { siteId: string }) {
  const path = { site: siteId };
  const site = $api.useQuery('get', '/sites/{site}', { params: { path } });
  const command = $api.useQuery('get', '/sites/{site}/bootstrap-command', { params: { path } }, { retry: false, staleTime: 60_000, enabled: site.data?.state === 'pending', meta: { poll: false } });
  const adoption = $api.useQuery('get', '/sites/{site}/adoption', { params: { path } });
  const rotate = $api.useMutation('post', '/sites/{site}/bootstrap-command/rotate', { onSuccess: () => void command.refetch(), onError: (error) => notifyFailed(error, 'No new command was made') });
  return (
    <Stack maw={760}>
      {site.data?.state === 'pending' && command.data?.usable && <Command value={command.data.bootstrap_command} />}
      {site.data?.state === 'pending' && command.data && !command.data.usable && (
        <Alert color="yellow" title="The command was used or has expired">
          <Button mt="xs" size="xs" onClick={() => rotate.mutate({ params: { path } })} loading={rotate.isPending}>Make a new one</Button>
        </Alert>
      )}
      <Paper p="md" component="section" aria-labelledby="steps">
        <Title order={2} id="steps" mb="md">{site.data?.name ?? 'Adoption'}</Title>
        <QueryState query={adoption}>{(data) => <AdoptionSteps adoption={data} />}</QueryState>
      </Paper>
      {site.data && site.data.state !== 'pending' && (
        <Group><Button component={Link} to={`/sites/${siteId}`}>Open the site</Button><Button variant="default" component={Link} to="/sites/add">Add another one</Button></Group>
      )}
    </Stack>
  );
}

function ManySites({ runbook }: { runbook?: string }) {
  const navigate = useNavigate();
  const runbooks = $api.useQuery('get', '/runbooks');
  return (
    <QueryState query={runbooks} empty={<Alert color="yellow">The team has no runbook; an administrator makes one under Settings → Runbooks.</Alert>}>
      {(list) => {
        const usable = list.filter((one) => !one.disabled);
        const chosen = usable.find((one) => one.id === runbook) ?? usable[0];
        return (
          <Stack>
            {usable.length > 1 && <Select label="Runbook" data={usable.map((one) => ({ value: one.id, label: one.name }))} value={chosen?.id ?? null} allowDeselect={false} onChange={(id) => id && void navigate({ to: '.', search: { runbook: id } as never, replace: true })} />}
            {chosen ? <><Command value={chosen.bootstrap_command} /><Attempts runbook={chosen.id} /></> : <Alert color="yellow">Every runbook is switched off. Settings → Runbooks has the switch.</Alert>}
          </Stack>
        );
      }}
    </QueryState>
  );
}

function Attempts({ runbook }: { runbook: string }) {
  const [open, setOpen] = useState<string | null>(null);
  const attempts = $api.useQuery('get', '/runbooks/{runbook}/adoptions', { params: { path: { runbook } } });
  return (
    <Paper p="md" component="section" aria-labelledby="attempts">
      <Title order={2} id="attempts" mb="sm">Routers that came</Title>
      <QueryState query={attempts} empty={<Text size="sm" className="quiet">None in the last days. Each router shows here when it fetches its script.</Text>}>
        {(list) => (
          <Stack gap="sm">
            <Text size="sm" role="status">{plural(list.length, 'router')}, {list.filter((one) => one.state === 'complete' || one.state === 'adopted').length} adopted</Text>
            {list.map((one) => {
              const id = one.attempt_id ?? one.site_id ?? '';
              return (
                <div key={id}>
                  <Group justify="space-between">
                    <Anchor component="button" type="button" size="sm" aria-expanded={open === id} onClick={() => setOpen(open === id ? null : id)}>{one.router ?? one.address ?? 'A router'}</Anchor>
                    <Group gap="sm">
                      <StatusBadge state={one.state === 'refused' ? 'failed' : one.state === 'complete' || one.state === 'adopted' ? 'completed' : 'busy'} word={{ waiting: 'Waiting', running: 'On its way', refused: 'Refused', adopted: 'Adopted', complete: 'Adopted, backup stored' }[one.state]} />
                      <Text size="xs" className="quiet"><TimeText at={one.steps[0]?.at} /></Text>
                      {one.site_id && <Anchor component={Link} to={`/sites/${one.site_id}`} size="sm">Open</Anchor>}
                    </Group>
                  </Group>
                  {open === id && <AdoptionSteps adoption={one} />}
                </div>
              );
            })}
          </Stack>
        )}
      </QueryState>
    </Paper>
  );
}
