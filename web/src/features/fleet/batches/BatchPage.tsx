import { Button, Group, Paper, Progress, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconMoodEmpty, IconRefresh } from '@tabler/icons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { notifyFailed } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { SiteLink, sitePath } from '@/components/SiteLink';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { client } from '@/lib/api';
import { count, plural } from '@/lib/format';
import { useMay } from '@/lib/me';
import { isOver, itemStates, stateOf, tallyOf, type Batch, type BatchItem, type ItemState } from './batch';
import { useBatch } from './useBatch';

const words: Record<ItemState, string> = { failed: 'Failed', running: 'Running', waiting: 'Waiting', completed: 'Completed', refused: 'Skipped' };
const looks: Record<ItemState, string> = { failed: 'failed', running: 'busy', waiting: 'waiting', completed: 'completed', refused: 'warn' };
const colours: Partial<Record<ItemState, string>> = { completed: 'var(--state-online)', failed: 'var(--state-offline)', running: 'var(--state-running)' };

export function BatchPage() {
  const { batch: id } = useParams({ from: '/jobs/batches/$batch' });
  const { query, batch } = useBatch(id);
  return (
    <Page title={batch?.description ?? 'Job on many sites'} scope="job:view" crumbs={[{ label: 'Jobs on many sites', to: '/jobs/batches' }]}
      description={batch && <>{plural(batch.results.length, 'site')}, started <TimeText at={batch.created_at} /></>}>
      <QueryState query={{ ...query, data: batch }} rows={8}>{(found) => <Progressing batch={found} />}</QueryState>
    </Page>
  );
}

function Progressing({ batch }: { batch: Batch }) {
  const sum = tallyOf(batch.results);
  const jobs = batch.results.length - sum.refused;
  return (
    <Stack>
      <Paper p="md">
        <Group justify="space-between" mb="xs">
          <Text fw={600} role="status">{isOver(sum) ? `All over: ${count(sum.completed)} completed, ${count(sum.failed)} failed` : `${count(sum.completed + sum.failed)} of ${plural(jobs, 'job')} over`}{sum.refused > 0 && `, ${count(sum.refused)} skipped`}</Text>
          <RetryFailed batch={batch} />
        </Group>
        <Progress.Root size="xl" aria-hidden>
          {(['completed', 'failed', 'running'] as const).map((state) => <Progress.Section key={state} value={(100 * sum[state]) / Math.max(1, jobs)} color={colours[state]} />)}
        </Progress.Root>
        {sum.waiting > 0 && <Text size="sm" className="quiet" mt="xs">{plural(sum.waiting, 'job')} waiting for the next heartbeat of the router. An offline router runs it when it is back.</Text>}
      </Paper>
      <Items key={batch.id} batch={batch} sum={sum} />
    </Stack>
  );
}

function Items({ batch, sum }: { batch: Batch; sum: Record<ItemState, number> }) {
  const { state, q } = useSearch({ from: '/jobs/batches/$batch' });
  const navigate = useNavigate({ from: '/jobs/batches/$batch' });
  const [text, setText] = useState(q ?? '');
  const rows = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return batch.results.filter((item) => (!state || stateOf(item) === state) && (!wanted || item.site_name.toLowerCase().includes(wanted)));
  }, [batch, state, text]);
  return (
    <>
      <Group gap="xs">
        <SegmentedControl aria-label="State" value={state ?? 'any'} onChange={(next) => void navigate({ search: (now) => ({ ...now, state: next === 'any' ? undefined : (next as ItemState) }), replace: true })}
          data={[{ value: 'any', label: 'All' }, ...itemStates.filter((one) => sum[one] > 0 || one === state).map((one) => ({ value: one, label: `${words[one]} ${count(sum[one])}` }))]} />
        <TextInput aria-label="Search sites" placeholder="Name of a site" value={text} onChange={(event) => setText(event.currentTarget.value)} flex="1 1 12rem" maw={320} />
      </Group>
      <DataTable label="Sites of this job" rows={rows} columns={columns} rowId={itemId} phone={phone} height="calc(100dvh - 22rem)"
        empty={<StatePanel icon={<IconMoodEmpty size={24} />} title="No site in this state">Choose another state, or all.</StatePanel>} />
    </>
  );
}

const itemId = (item: BatchItem) => item.site_id;
const name = (item: BatchItem) => item.site_name || 'A site that is gone';
const outcome = (item: BatchItem) => item.message ?? item.job?.failure_reason ?? '';
const moment = (item: BatchItem) => item.job?.completed_at ?? item.job?.failed_at ?? item.job?.started_at ?? null;
const logLink = (item: BatchItem) => item.job && <Link to={`${sitePath(item.site_id)}/log` as string} search={{ job: item.job.id } as never}>Log</Link>;

const columns: Column<BatchItem>[] = [
  { id: 'state', header: 'State', width: '8rem', cell: (item) => <StatusBadge state={looks[stateOf(item)]} word={words[stateOf(item)]} /> },
  { id: 'site', header: 'Site', width: 'minmax(8rem, 1.4fr)', cell: (item) => <SiteLink site={item.site_id}>{name(item)}</SiteLink> },
  { id: 'outcome', header: 'What happened', width: 'minmax(10rem, 2fr)', cell: (item) => <span title={outcome(item)}>{outcome(item) || <span className="quiet">–</span>}</span> },
  { id: 'at', header: 'When', width: '7rem', cell: (item) => <TimeText at={moment(item)} style="narrow" /> },
  { id: 'log', header: 'Log', width: '4rem', cell: logLink },
];
const phone = {
  height: 64,
  cell: (item: BatchItem) => (
    <div>
      <Group gap={8} wrap="nowrap"><StatusBadge state={looks[stateOf(item)]} word={words[stateOf(item)]} iconOnly /><SiteLink site={item.site_id} fw={600}>{name(item)}</SiteLink></Group>
      <Group gap={8} wrap="nowrap" className="quiet"><span>{words[stateOf(item)]}</span><TimeText at={moment(item)} style="narrow" none="" />{logLink(item)}</Group>
    </div>
  ),
};

/** The same job once more on the sites where it failed: a batch of its own, with its own progress. */
function RetryFailed({ batch }: { batch: Batch }) {
  const mayRun = useMay('job:create');
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const failed = batch.results.filter((item) => stateOf(item) === 'failed');
  if (!mayRun || failed.length === 0) return null;
  const retry = async () => {
    setBusy(true);
    try {
      const { data: job } = await client.GET('/site/{site}/job/{job}', { params: { path: { site: failed[0]!.site_id, job: failed[0]!.job!.id } } });
      const { data: again } = await client.POST('/jobs/batches', {
        body: {
          sites: failed.map((item) => item.site_id), description: batch.description, script: job!.script!, make_backup: job!.should_backup, express_execute: job!.express_execute,
          needs_acknowledgement: job!.needs_acknowledgement,
        },
      });
      await navigate({ to: '/jobs/batches/$batch', params: { batch: again!.id } });
    } catch (error) {
      notifyFailed(error, 'The jobs were not started again');
    } finally {
      setBusy(false);
    }
  };
  return <Button size="xs" variant="default" leftSection={<IconRefresh size={16} />} loading={busy} onClick={() => void retry()}>Run {plural(failed.length, 'failed job')} again</Button>;
}
