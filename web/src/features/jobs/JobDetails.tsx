import { Alert, Anchor, Button, Code, Group, Stack, Text, Timeline } from '@mantine/core';
import { IconRefresh, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { queryClient } from '@/app/queryClient';
import { CodeEditor } from '@/components/lazy';
import { notifyDone, notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { TimeText } from '@/components/TimeText';
import { $api, type Schemas } from '@/lib/api';
import { useMay } from '@/lib/me';
import { duration, timeOnly } from '@/lib/time';
import { isOver, stateWords } from './states';

type Job = Schemas['Job'];
type JobEvent = Schemas['JobEvent'];

/** Each event with the time since the one before: where it waited. */
export function stepsOf(events: readonly Pick<JobEvent, 'at' | 'kind' | 'message'>[]) {
  return events.map((event, index) => {
    const before = events[index - 1];
    return { ...event, after_ms: before ? Math.max(0, Date.parse(event.at) - Date.parse(before.at)) : null };
  });
}

const refreshJobs = () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/site/{site}/job') });

/** One job as it happens: its timeline, why it failed, its script. */
export function JobDetails({ siteId, jobId, onRetried }: { siteId: string; jobId: string; onRetried?: (job: string) => void }) {
  const path = { site: siteId, job: jobId };
  const job = $api.useQuery('get', '/site/{site}/job/{job}', { params: { path } });
  return <QueryState query={job}>{(data) => <Details job={data} onRetried={onRetried} />}</QueryState>;
}

function Details({ job, onRetried }: { job: Job; onRetried?: (job: string) => void }) {
  const steps = stepsOf(job.events ?? []);
  return (
    <Stack gap="sm">
      {job.status === 'failed' && (
        <Alert color="red" title={job.failure_reason ?? 'The router reported a failure'}>
          {job.failure_code === 'script_error' && 'The script stopped at an error. The check in the editor says what this RouterOS version refuses.'}
          {job.failure_code === 'delivery_timeout' && 'The router never confirmed that it took the job. Is it online?'}
          {job.failure_code === 'execution_timeout' && 'The router started the job and never reported its end: a loop, a reboot, or a cut connection.'}
        </Alert>
      )}
      <Timeline active={isOver(job.status) ? steps.length : steps.length - 1} bulletSize={14} lineWidth={2} aria-label="What happened">
        {steps.map((step) => (
          <Timeline.Item key={`${step.at} ${step.kind}`} title={<Text size="sm" fw={550}>{step.message}</Text>}>
            <Text size="xs" className="quiet tabular">{timeOnly(step.at)}{step.after_ms !== null && ` · after ${duration(step.after_ms)}`}</Text>
          </Timeline.Item>
        ))}
        {!isOver(job.status) && <Timeline.Item title={<Text size="sm" className="quiet">{stateWords[job.status]}…</Text>} />}
      </Timeline>
      <Text size="xs" className="quiet">
        Job <Code>{job.token}</Code> · {job.should_backup ? 'with a backup first' : 'without a backup'} · created <TimeText at={job.created_at} style="full" />
        {job.batch_id && <> · <Anchor component={Link} size="xs" to={`/jobs/batches/${job.batch_id}`}>part of a batch</Anchor></>}
        {job.retry_of && ' · repeats a failed job'}
      </Text>
      <CodeEditor value={job.script ?? ''} readOnly label="Script of the job" minHeight="4rem" maxHeight="20rem" />
      <JobActions job={job} onRetried={onRetried} />
    </Stack>
  );
}

function JobActions({ job, onRetried }: { job: Job; onRetried?: (job: string) => void }) {
  const [mayCreate, mayDelete] = [useMay('job:create'), useMay('job:delete')];
  const path = { site: job.site_id, job: job.id };
  const retry = $api.useMutation('post', '/site/{site}/job/{job}/retry', {
    onSuccess: (created) => {
      void refreshJobs();
      notifyDone('The job runs again.');
      onRetried?.(created.id);
    },
    onError: (error) => notifyFailed(error),
  });
  const remove = $api.useMutation('delete', '/site/{site}/job/{job}', {
    onSuccess: () => {
      void refreshJobs();
      notifyDone('The job was deleted before the router took it.');
    },
    onError: (error) => notifyFailed(error),
  });
  return (
    <Group gap="xs">
      {mayCreate && job.status === 'failed' && <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} loading={retry.isPending} onClick={() => retry.mutate({ params: { path } })}>Run it again</Button>}
      {mayDelete && job.status === 'pending' && <Button size="xs" variant="default" color="red" leftSection={<IconTrash size={14} />} loading={remove.isPending} onClick={() => remove.mutate({ params: { path } })}>Delete the job</Button>}
      {mayCreate && isOver(job.status) && <Button size="xs" variant="default" component={Link} to="/scripts/run" search={{ sites: job.site_id, from: job.id } as never}>Edit as a new script</Button>}
    </Group>
  );
}
