import { Anchor, Badge, Button, Checkbox, Group, Loader, Stack, Table, Text } from '@mantine/core';
import { IconArchive, IconArrowsDiff, IconCloudDownload } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { ShortTable } from '@/components/ShortTable';
import { StatePanel } from '@/components/StatePanel';
import { TimeText } from '@/components/TimeText';
import { $api } from '@/lib/api';
import { useMay } from '@/lib/me';
import { useFrames } from '@/lib/realtime';
import { downloadBackup, triggerWords, type Backup } from './backups';

/** The stored exports of a router: read one, compare two, ask for a new one. */
export function SiteBackups({ siteId }: { siteId: string }) {
  const backups = $api.useQuery('get', '/backups/{site}', { params: { path: { site: siteId } } });
  const [chosen, setChosen] = useState<string[]>([]);
  const navigate = useNavigate();
  const [older, newer] = [...chosen].sort();
  const toggle = (file: string) => setChosen((old) => (old.includes(file) ? old.filter((one) => one !== file) : [...old, file].slice(-2)));
  return (
    <Stack>
      <Group justify="space-between">
        <RequestBackup siteId={siteId} />
        <Button variant="default" leftSection={<IconArrowsDiff size={16} />} disabled={chosen.length !== 2}
          onClick={() => void navigate({ to: `/sites/${siteId}/backups/compare` as string, search: { from: older, to: newer } as never })}>
          {chosen.length === 2 ? 'Compare these two' : 'Choose two to compare'}
        </Button>
      </Group>
      <QueryState query={backups} empty={<StatePanel icon={<IconArchive size={24} />} title="No backup yet">The router makes the first one within minutes of its adoption, and then one a day. Asking for one takes until its next heartbeat.</StatePanel>}>
        {(list) => <List siteId={siteId} list={list} chosen={chosen} toggle={toggle} />}
      </QueryState>
    </Stack>
  );
}

function List({ siteId, list, chosen, toggle }: { siteId: string; list: readonly Backup[]; chosen: string[]; toggle: (file: string) => void }) {
  return (
    <ShortTable label="Backups" head={['_Compare', 'Taken', 'Why', 'Size', 'Change', '_Actions']} minWidth={520}>
          {list.map((backup, index) => {
            const before = list[index + 1];
            return (
              <Table.Tr key={backup.filename}>
                <Table.Td><Checkbox size="xs" checked={chosen.includes(backup.filename)} onChange={() => toggle(backup.filename)} aria-label={`Compare the backup of ${backup.date} ${backup.time}`} /></Table.Td>
                <Table.Td><Anchor component={Link} to={`/sites/${siteId}/backups/${backup.filename}`} size="sm"><TimeText at={backup.created_at} style="full" /></Anchor></Table.Td>
                <Table.Td>{triggerWords[backup.trigger]}</Table.Td>
                <Table.Td className="tabular">{backup.size}</Table.Td>
                <Table.Td>
                  {backup.unchanged ? <Badge variant="default" size="sm">unchanged</Badge> : before
                    ? <Anchor component={Link} size="sm" to={`/sites/${siteId}/backups/compare`} search={{ from: before.filename, to: backup.filename } as never}>see what changed</Anchor>
                    : <Text size="sm" className="quiet">first one</Text>}
                </Table.Td>
                <Table.Td ta="right"><Button size="compact-xs" variant="subtle" onClick={() => void downloadBackup(siteId, backup.filename).catch(notifyFailed)} leftSection={<IconCloudDownload size={14} />}>Download</Button></Table.Td>
              </Table.Tr>
            );
          })}
    </ShortTable>
  );
}

/** Asks, and says how it goes until the new row is there. */
function RequestBackup({ siteId }: { siteId: string }) {
  const [job, setJob] = useState<string | null>(null);
  const [word, setWord] = useState('');
  useFrames((frame) => {
    if (!job || !('site_id' in frame.data) || frame.data.site_id !== siteId) return;
    if (frame.event === 'job.updated' && frame.data.job_id === job) setWord(frame.data.status === 'busy' ? 'The router exports its configuration…' : frame.data.status === 'completed' ? 'Uploaded, being stored…' : 'Handed to the router…');
    if (frame.event === 'job.updated' && frame.data.job_id === job && frame.data.status === 'failed') finish('The router could not make the backup; its orchestration log says why.');
    if (frame.event === 'backup.created') finish('');
    if (frame.event === 'backup.failed') finish(frame.data.reason);
  });
  const finish = (trouble: string) => {
    setJob(null);
    setWord('');
    if (trouble) notifyFailed(new Error(trouble), 'No backup was made');
  };
  const request = $api.useMutation('post', '/backups/{site}', {
    onSuccess: (answer) => {
      setJob(answer.job_id);
      setWord('Waits for the next heartbeat of the router (30 s)…');
    },
    onError: (error) => notifyFailed(error, 'No backup was asked for'),
  });
  if (!useMay('backup:create')) return <span />;
  return (
    <Group gap="sm">
      <Button onClick={() => request.mutate({ params: { path: { site: siteId } } })} loading={request.isPending} disabled={job !== null}>Back up now</Button>
      {job && <Group gap={6} role="status"><Loader size={14} /><Text size="sm" className="quiet">{word}</Text></Group>}
    </Group>
  );
}
