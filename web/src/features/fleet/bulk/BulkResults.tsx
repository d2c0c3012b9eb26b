import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { SiteLink, sitePath } from '@/components/SiteLink';
import { StatusBadge } from '@/components/StatusBadge';
import { count, plural } from '@/lib/format';
import { useFrames } from '@/lib/realtime';
import type { BulkKind } from './bulkPreview';
import { tally, type BulkItem } from './runBulk';

const looks: Record<BulkItem['state'], [string, string]> = { waiting: ['waiting', 'Waiting'], running: ['busy', 'Running'], done: ['completed', 'Done'], failed: ['failed', 'Failed'], stopped: ['warn', 'Stopped'] };
const jobLooks: Record<string, [string, string]> = { sent: ['sent', 'Sent'], busy: ['busy', 'Running'], completed: ['completed', 'Completed'], failed: ['failed', 'Failed'] };

interface Props {
  kind: BulkKind;
  items: BulkItem[];
  running: boolean;
  stop: () => void;
  retry: (items: { id: string; name: string }[]) => void;
  close: () => void;
}

/** What became of each site, while it happens; jobs go on being followed. */
export function BulkResults({ kind, items, running, stop, retry, close }: Props) {
  const jobs = useJobStates();
  const sum = tally(items);
  const failedJobs = items.filter((item) => item.job && jobs.get(item.job) === 'failed');
  const again = [...items.filter((item) => item.state === 'failed' || item.state === 'stopped'), ...failedJobs];
  const columns = useMemo<Column<BulkItem>[]>(() => [
    { id: 'name', header: 'Site', width: 'minmax(8rem, 1.4fr)', cell: (item) => <SiteLink site={item.id}>{item.name}</SiteLink> },
    { id: 'state', header: 'State', width: '8rem', cell: (item) => { const [state, word] = (item.job ? jobLooks[jobs.get(item.job) ?? ''] : undefined) ?? looks[item.state]; return <StatusBadge state={state} word={item.job && word === 'Done' ? 'Asked for' : word} />; } },
    { id: 'message', header: 'What happened', width: 'minmax(8rem, 1.6fr)', cell: (item) => (item.job ? <Link to={`${sitePath(item.id)}/log` as string} search={{ job: item.job } as never}>Log of the job</Link> : <span title={item.message ?? undefined}>{item.message ?? ''}</span>) },
  ], [jobs]);
  const phone = useMemo(() => ({
    height: 64,
    cell: (item: BulkItem) => (
      <div>
        {columns[0]!.cell(item)}
        <Group gap={8} wrap="nowrap">{columns[1]!.cell(item)}{columns[2]!.cell(item)}</Group>
      </div>
    ),
  }), [columns]);
  return (
    <Stack>
      <div role="status">
        <Text fw={600}>{running ? `${count(sum.done + sum.failed)} of ${plural(sum.total, 'site')}` : `${plural(sum.done, 'site')} done${sum.failed > 0 ? `, ${count(sum.failed)} failed` : ''}${sum.stopped > 0 ? `, ${count(sum.stopped)} not done` : ''}`}</Text>
        {kind === 'backup' && sum.over && sum.done > 0 && <Text size="sm" className="quiet">The jobs go on by themselves; you can close this.</Text>}
      </div>
      <Progress.Root size="lg" aria-hidden>
        <Progress.Section value={(100 * sum.done) / sum.total} color="var(--state-online)" />
        <Progress.Section value={(100 * sum.failed) / sum.total} color="var(--state-offline)" />
      </Progress.Root>
      <DataTable label="Results" rows={items} columns={columns} rowId={itemId} phone={phone} height="calc(100dvh - 20rem)" />
      {!running && failedJobs.length > 0 && <Alert color="red">{plural(failedJobs.length, 'job')} failed on the router. The log of each says why.</Alert>}
      <Group justify="flex-end">
        {running ? <Button variant="default" onClick={stop}>Stop</Button> : (
          <>
            {again.length > 0 && <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={() => retry(again.map(({ id, name }) => ({ id, name })))}>Try {plural(again.length, 'site')} again</Button>}
            <Button onClick={close}>Close</Button>
          </>
        )}
      </Group>
    </Stack>
  );
}

const itemId = (item: BulkItem) => item.id;

/** States of jobs as the live frames tell them. */
function useJobStates(): ReadonlyMap<string, string> {
  const [states, setStates] = useState<ReadonlyMap<string, string>>(new Map());
  useFrames((frame) => {
    if (frame.event === 'job.updated') setStates((now) => new Map(now).set(frame.data.job_id, frame.data.status));
  });
  return states;
}
