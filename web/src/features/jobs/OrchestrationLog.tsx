import { Accordion, Group, Pagination, Select, Stack, Text } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { QueryState } from '@/components/QueryState';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { client, totalCount } from '@/lib/api';
import { plural } from '@/lib/format';
import { JobDetails } from './JobDetails';
import { jobStates, type JobState } from './states';

export interface LogSearch {
  status?: JobState;
  /** The open row. */
  job?: string;
  page?: number;
}
const pageSize = 25;

/** Everything that was asked of a router, newest first; an open row follows its job live. */
export function OrchestrationLog({ siteId, search }: { siteId: string; search: LogSearch }) {
  const navigate = useNavigate();
  const show = (change: Partial<LogSearch>) => void navigate({ to: '.', search: { ...search, ...change } as never, replace: true });
  const params = { path: { site: siteId }, query: { status: search.status, page: search.page ?? 1, per_page: pageSize } };
  const jobs = useQuery({
    queryKey: ['get', '/site/{site}/job', { params }],
    queryFn: async ({ signal }) => {
      const { data, response } = await client.GET('/site/{site}/job', { params, signal });
      return { rows: data!, total: totalCount(response) ?? data!.length };
    },
    placeholderData: keepPreviousData,
  });
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Select label="Status" placeholder="All" clearable w={180} value={search.status ?? null} data={jobStates.map((state) => ({ value: state, label: state[0]!.toUpperCase() + state.slice(1) }))}
          onChange={(status) => show({ status: (status as JobState | null) ?? undefined, page: undefined })} />
        {jobs.data && <Text size="sm" className="quiet" role="status">{plural(jobs.data.total, 'job')}</Text>}
      </Group>
      <QueryState query={jobs} isEmpty={(data) => data.rows.length === 0}
        empty={<StatePanel icon={<IconListDetails size={24} />} title={search.status ? 'No job has this status' : 'Nothing was asked of this router yet'}>Scripts, backups and changes of policies appear here as they happen.</StatePanel>}>
        {({ rows, total }) => (
          <>
            <Accordion variant="contained" chevronPosition="left" styles={{ item: { backgroundColor: 'var(--surface-raised)' } }} value={search.job ?? null} onChange={(job) => show({ job: job ?? undefined })}>
              {rows.map((job) => (
                <Accordion.Item key={job.id} value={job.id}>
                  <Accordion.Control>
                    <Group justify="space-between" gap="xs">
                      <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>{job.description}</Text>
                      <Group gap="md"><StatusBadge state={job.status} /><Text size="xs" className="quiet"><TimeText at={job.created_at} /></Text></Group>
                    </Group>
                  </Accordion.Control>
                  <Accordion.Panel>{search.job === job.id && <JobDetails siteId={siteId} jobId={job.id} onRetried={(id) => show({ job: id, status: undefined, page: undefined })} />}</Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
            {total > pageSize && <Pagination total={Math.ceil(total / pageSize)} value={search.page ?? 1} onChange={(page) => show({ page: page > 1 ? page : undefined, job: undefined })} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
          </>
        )}
      </QueryState>
    </Stack>
  );
}
