import { Alert, Button, Group, NumberInput, Paper, Select, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { queryClient } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone, notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { $api, client } from '@/lib/api';
import { applyFieldErrors } from '@/lib/errors';
import { useMay } from '@/lib/me';
import { siteQuery, type Site } from './queries';

const refreshSite = () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/sites') });

export function SiteSettings({ siteId }: { siteId: string }) {
  const site = useQuery(siteQuery(siteId));
  const [mayUpdate, mayDelete] = [useMay('site:update'), useMay('site:delete')];
  return (
    <QueryState query={site}>
      {(data) => (
        <Stack maw={720}>
          <Details key={data.updated_at} site={data} disabled={!mayUpdate} />
          {mayDelete && <DangerZone site={data} mayUpdate={mayUpdate} />}
        </Stack>
      )}
    </QueryState>
  );
}

const zones = Intl.supportedValuesOf('timeZone');

function Details({ site, disabled }: { site: Site; disabled: boolean }) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const form = useForm({
    initialValues: { name: site.name, address: site.address ?? '', timezone: site.timezone ?? null, lat: site.lat ?? ('' as number | ''), lng: site.lng ?? ('' as number | '') },
    validate: { name: (name) => (name.trim().length < 3 ? 'At least three characters' : null) },
  });
  const save = $api.useMutation('put', '/sites/{site}', {
    onSuccess: () => {
      void refreshSite();
      notifyDone('Saved.');
    },
    onError: (error) => setTrouble(applyFieldErrors(form, error)),
  });
  return (
    <Paper p="md" component="section" aria-labelledby="details">
      <Title order={2} id="details" mb="sm">Details</Title>
      <form onSubmit={form.onSubmit((values) => {
        setTrouble(null);
        save.mutate({ params: { path: { site: site.id } }, body: { name: values.name.trim(), address: values.address.trim() || null, timezone: values.timezone, lat: values.lat === '' ? null : values.lat, lng: values.lng === '' ? null : values.lng } });
      })}>
        <fieldset disabled={disabled} style={{ border: 0, padding: 0, margin: 0 }}>
          <Stack gap="sm">
            {disabled && <Text size="sm" className="quiet">Your roles lack the permission <code>site:update</code>: you may read this, not change it.</Text>}
            <TextInput label="Name" required maxLength={100} {...form.getInputProps('name')} />
            <TextInput label="Postal address" maxLength={255} {...form.getInputProps('address')} />
            <Select label="Time zone" description="For schedules and times of this site" data={zones} searchable clearable {...form.getInputProps('timezone')} />
            <Group grow>
              <NumberInput label="Latitude" min={-90} max={90} decimalScale={6} hideControls {...form.getInputProps('lat')} />
              <NumberInput label="Longitude" min={-180} max={180} decimalScale={6} hideControls {...form.getInputProps('lng')} />
            </Group>
            {trouble && <Alert color="red" role="alert">{trouble}</Alert>}
            {!disabled && <Group justify="flex-end"><Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>Save</Button></Group>}
          </Stack>
        </fieldset>
      </form>
    </Paper>
  );
}

function DangerZone({ site, mayUpdate }: { site: Site; mayUpdate: boolean }) {
  const navigate = useNavigate();
  const takeover = $api.useMutation('post', '/sites/{site}/allow-takeover', {
    onSuccess: () => notifyDone('For 30 minutes another router may take this site over.'), onError: (error) => notifyFailed(error),
  });
  const [force, setForce] = useState(false);
  const remove = () => confirm({
    title: `Delete ${site.name}?`, action: force ? 'Delete at once' : 'Delete the site', typed: site.name,
    body: force
      ? 'Backups, logs, notes, faults and tags of this site are removed now. The router is cleaned up if it ever calls again.'
      : 'The router is cleaned up with its next heartbeats. Backups, logs, notes, faults and tags are removed after a day; until then the deletion can be cancelled.',
    run: async () => {
      try {
        await client.DELETE('/sites/{site}', { params: { path: { site: site.id }, header: { 'X-Force-Delete': force } } });
        await refreshSite();
        if (force) await navigate({ to: '/' });
      } catch (error) {
        notifyFailed(error, 'The site was not deleted');
      }
    },
  });
  return (
    <Paper p="md" component="section" aria-labelledby="danger" style={{ borderColor: 'var(--state-offline)' }}>
      <Title order={2} id="danger" mb="sm">Danger zone</Title>
      <Stack>
        {mayUpdate && site.state === 'online' && (
          <Group justify="space-between">
            <div><Text size="sm" fw={600}>Replace the router</Text><Text size="sm" className="quiet">A new router adopted with the same command may take the place of this one, for 30 minutes.</Text></div>
            <Button variant="default" loading={takeover.isPending} onClick={() => takeover.mutate({ params: { path: { site: site.id } }, body: {} })}>Allow a takeover</Button>
          </Group>
        )}
        <Group justify="space-between">
          <div><Text size="sm" fw={600}>Delete this site</Text><Switch size="xs" mt={4} label="At once, without a day to think it over" checked={force} onChange={(event) => setForce(event.currentTarget.checked)} /></div>
          <Button variant="default" c="var(--state-offline)" onClick={remove} disabled={site.state === 'deleting' && !force}>Delete…</Button>
        </Group>
      </Stack>
    </Paper>
  );
}
