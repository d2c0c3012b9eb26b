import { Anchor, Button, Group, Select, Text } from '@mantine/core';
import { IconCode, IconListDetails } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { DataTable, type Column } from '@/components/DataTable';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { client, type Schemas } from '@/lib/api';
import { useMay } from '@/lib/me';
import { jobStates, type JobState } from './states';

export interface JobsSearch {
  status?: JobState;
}
type Job = Schemas['Job'];

/** What the fleet was asked to do, job by job. */
export function JobsPage({ search }: { search: JobsSearch }) {
  const navigate = useNavigate();
  const mayRun = useMay('job:create');
  return (
    <Page title="Jobs" scope="job:view" description="Scripts, backups and changes of all sites, newest first."
      actions={(
        <>
          <Button component={Link} to="/jobs/batches" variant="default">On many sites</Button>
          {mayRun && <Button component={Link} to="/scripts/run" leftSection={<IconCode size={16} />}>Run a script</Button>}
        </>
      )}>
      <Group>
        <Select aria-label="Status" placeholder="Any status" clearable w={170} value={search.status ?? null} data={jobStates.map((state) => ({ value: state, label: state[0]!.toUpperCase() + state.slice(1) }))} onChange={(status) => void navigate({ to: '.', search: { status: (status as JobState | null) ?? undefined } as never, replace: true })} />
      </Group>
      <Jobs status={search.status} />
    </Page>
  );
}

function Nothing({ status, clear }: { status: JobState | undefined; clear: () => void }) {
  const back = status && <Button variant="default" onClick={clear}>Show every status</Button>;
  return <StatePanel icon={<IconListDetails size={24} />} title={status ? 'No job has this status' : 'No job yet'} actions={back}>What is run on routers appears here as it happens.</StatePanel>;
}

const columns: Column<Job>[] = [
  { id: 'status', header: 'Status', width: '8.5rem', cell: (job) => <StatusBadge state={job.status} /> },
  { id: 'description', header: 'What', width: 'minmax(10rem, 2fr)', cell: (job) => <Anchor component={Link} to={`/sites/${job.site_id}/log`} search={{ job: job.id } as never} size="sm">{job.description}</Anchor> },
  { id: 'site', header: 'Site', width: 'minmax(8rem, 1fr)', cell: (job) => <Anchor component={Link} to={`/sites/${job.site_id}`} size="sm">{job.site_name}</Anchor> },
  { id: 'reason', header: 'Why it failed', width: 'minmax(8rem, 1fr)', wideOnly: true, cell: (job) => <Text size="sm" className="quiet" truncate>{job.failure_reason}</Text> },
  { id: 'created', header: 'Created', width: '9rem', wideOnly: true, cell: (job) => <TimeText at={job.created_at} /> },
];

const phone = {
  height: 64,
  cell: (job: Job) => (
    <div>
      <Group gap={8} wrap="nowrap"><StatusBadge state={job.status} iconOnly /><Anchor component={Link} to={`/sites/${job.site_id}/log`} search={{ job: job.id } as never} size="sm" truncate>{job.description}</Anchor></Group>
      <Group gap={8} wrap="nowrap" justify="space-between" className="quiet"><Text span size="sm" truncate>{job.site_name}</Text><TimeText at={job.created_at} style="narrow" /></Group>
    </div>
  ),
};
const jobId = (job: Job) => job.id;

function Jobs({ status }: { status?: JobState }) {
  const navigate = useNavigate();
  const jobs = useInfiniteQuery({
    queryKey: ['get', '/jobs', { status }],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => (await client.GET('/jobs', { params: { query: { status: status && [status], cursor: pageParam, limit: 100 } }, signal })).data!,
    getNextPageParam: (last) => (last.meta.has_more ? (last.meta.cursor ?? undefined) : undefined),
  });
  return (
    <QueryState query={jobs} isEmpty={(data) => data.pages[0]?.data.length === 0} empty={<Nothing status={status} clear={() => void navigate({ to: '.', search: {} as never, replace: true })} />}>
      {(data) => (
        <DataTable label="Jobs" rows={data.pages.flatMap((page) => page.data)} columns={columns} rowId={jobId} phone={phone} hasMore={jobs.hasNextPage} isLoadingMore={jobs.isFetchingNextPage} loadMore={() => void jobs.fetchNextPage()}
          onOpen={(job) => void navigate({ to: `/sites/${job.site_id}/log` as string, search: { job: job.id } as never })} />
      )}
    </QueryState>
  );
}
