import { Alert, Button, Checkbox, Group, List, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { CodeEditor } from '@/components/lazy';
import { Page } from '@/components/Page';
import { $api, client } from '@/lib/api';
import { messageOf } from '@/lib/errors';
import { plural } from '@/lib/format';
import { checkScript, complete, diagnosticsOf, refusals, type ScriptCheck } from './check';
import { RunPreview } from './RunPreview';
import { SitePicker } from './SitePicker';

const draftKey = 'openstrat.script-draft';

/** Write, check, see who is hit, run. One site leads to its live log, several to the progress of the batch. */
export function RunScript({ sites: target, from }: { sites?: string; from?: string }) {
  const navigate = useNavigate();
  const sites = target ? target.split(',').filter(Boolean) : [];
  const [script, setScript] = useState(() => localStorage.getItem(draftKey) ?? '');
  const [description, setDescription] = useState('');
  const [options, setOptions] = useState({ backup: true, express: false });
  const [check, setCheck] = useState<ScriptCheck | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [settled] = useDebouncedValue(script, 500);

  useEffect(() => localStorage.setItem(draftKey, settled), [settled]);
  const original = useQuery({
    queryKey: ['get', '/site/{site}/job/{job}', { params: { path: { site: sites[0] ?? '', job: from ?? '' } } }], enabled: from !== undefined && sites.length === 1, staleTime: Infinity,
    queryFn: async ({ signal }) => (await client.GET('/site/{site}/job/{job}', { params: { path: { site: sites[0]!, job: from! } }, signal })).data!,
  });
  useEffect(() => {
    if (!original.data) return;
    setScript(original.data.script ?? '');
    setDescription(original.data.description);
  }, [original.data]);

  const run = $api.useMutation('post', '/jobs/batches', {
    onSuccess: (batch) => {
      localStorage.removeItem(draftKey);
      const only = sites.length === 1 ? batch.results[0]?.job : null;
      void navigate(only ? { to: `/sites/${only.site_id}/log` as string, search: { job: only.id } as never } : { to: `/jobs/batches/${batch.id}` as string });
    },
    onError: (error) => setTrouble(messageOf(error)),
  });
  const diagnose = async (text: string) => {
    const answer = await checkScript(text, sites);
    setCheck(answer);
    return diagnosticsOf(answer, text.length);
  };
  const isRefused = check !== null && script.trim() !== '' && !check.accepted;
  const ready = sites.length > 0 && script.trim() !== '' && description.trim().length >= 3;
  return (
    <Page title="Run a script" scope="job:create" description="Routers fetch it with their next heartbeat, at most 30 seconds away. An offline router runs it when it is back.">
      <form onSubmit={(event) => {
        event.preventDefault();
        setTrouble(null);
        run.mutate({ body: { sites, description: description.trim(), script, make_backup: options.backup, express_execute: options.express, needs_acknowledgement: true } });
      }}>
        <Stack>
          <Paper p="md"><SitePicker chosen={sites} onChange={(next) => void navigate({ to: '.', search: { sites: next.join(',') || undefined, from } as never, replace: true })} /></Paper>
          <TextInput label="What it does" description="Stands in the orchestration log and in the log of the router" placeholder="Add the office DNS servers" required minLength={3} maxLength={100} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
          <div>
            <Group justify="space-between" mb={4}><Title order={2} size="h3">Script</Title><Verdict check={check} empty={script.trim() === ''} /></Group>
            <CodeEditor value={script} onChange={setScript} label="Script" placeholder="/ip dns set servers=9.9.9.9" check={diagnose} complete={complete} />
          </div>
          {check && refusals(check).length > 0 && <Alert color="red" title="Not every router takes this script"><List size="sm">{refusals(check).map((line) => <List.Item key={line}>{line}</List.Item>)}</List></Alert>}
          <Group>
            <Checkbox label="Back up first" description="The script does not run when the backup fails" checked={options.backup} onChange={(event) => setOptions({ ...options, backup: event.currentTarget.checked })} />
            <Checkbox label="Ahead of waiting jobs" description="Only the order changes" checked={options.express} onChange={(event) => setOptions({ ...options, express: event.currentTarget.checked })} />
          </Group>
          {sites.length > 0 && <RunPreview sites={sites} makeBackup={options.backup} />}
          {trouble && <Alert color="red" role="alert" title="Nothing was started">{trouble}</Alert>}
          <Group justify="flex-end">
            {isRefused && <Text size="sm" c="var(--state-offline)">The check found an error; it would fail on the router.</Text>}
            <Button type="submit" color={isRefused ? 'red' : undefined} loading={run.isPending} disabled={!ready}>{isRefused ? 'Run it anyway' : `Run on ${plural(sites.length, 'site')}`}</Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}

function Verdict({ check, empty }: { check: ScriptCheck | null; empty: boolean }) {
  if (empty || !check) return <Text size="sm" className="quiet">Checked while you write</Text>;
  if (!check.accepted) return <Text size="sm" c="var(--state-offline)" role="status">RouterOS {check.routeros}: {check.error?.message ?? 'refused'}{check.error && `, line ${check.error.line} column ${check.error.column}`}</Text>;
  return <Text size="sm" c="var(--state-online)" role="status">RouterOS {check.routeros} takes it{check.warnings.length > 0 ? `, ${plural(check.warnings.length, 'warning')}` : ''}</Text>;
}
