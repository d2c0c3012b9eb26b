import { Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconArrowsExchange, IconCloudDownload, IconEqual } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { DiffView } from '@/components/lazy';
import { notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { StatePanel } from '@/components/StatePanel';
import { $api, fetchText } from '@/lib/api';
import { plural } from '@/lib/format';
import { dateTime } from '@/lib/time';
import { changedLines, contentQuery, downloadDiff } from './backups';

interface Props {
  siteId: string;
  from: string;
  to: string;
  unified?: boolean;
}

/** Two exports beside each other; what changed, and nothing else, in colour. */
export function CompareBackups({ siteId, from, to, unified }: Props) {
  const navigate = useNavigate();
  const show = (change: Partial<Props>) => void navigate({ to: '.', search: { from, to, unified, ...change } as never, replace: true });
  const list = $api.useQuery('get', '/backups/{site}', { params: { path: { site: siteId } } });
  const before = useQuery(contentQuery(siteId, from));
  const after = useQuery(contentQuery(siteId, to));
  const diff = useQuery({
    queryKey: ['backup-diff', siteId, from, to], enabled: from !== '' && to !== '', staleTime: Infinity, meta: { poll: false },
    queryFn: ({ signal }) => fetchText(`/backups/${siteId}/${from}/diff/${to}`, { signal }),
  });
  const options = (list.data ?? []).map((backup) => ({ value: backup.filename, label: dateTime(backup.created_at) }));
  const lines = diff.data === undefined ? null : changedLines(diff.data);
  return (
    <Stack>
      <Group align="flex-end" gap="sm">
        <Select label="Baseline" data={options} value={from} onChange={(value) => value && show({ from: value })} w={220} allowDeselect={false} />
        <Button variant="default" aria-label="Exchange the two" onClick={() => show({ from: to, to: from })}><IconArrowsExchange size={18} /></Button>
        <Select label="Compared with" data={options} value={to} onChange={(value) => value && show({ to: value })} w={220} allowDeselect={false} />
        <SegmentedControl visibleFrom="md" aria-label="Layout" value={unified ? 'unified' : 'split'} onChange={(value) => show({ unified: value === 'unified' || undefined })} data={[{ value: 'split', label: 'Side by side' }, { value: 'unified', label: 'One column' }]} />
        <Button variant="default" leftSection={<IconCloudDownload size={16} />} disabled={!lines} onClick={() => void downloadDiff(siteId, from, to).catch(notifyFailed)}>Download .diff</Button>
      </Group>
      {lines && <Text size="sm" role="status">{lines.added + lines.removed === 0 ? 'No difference.' : `${plural(lines.added, 'line')} added, ${plural(lines.removed, 'line')} removed. Time stamps and our own tokens do not count.`}</Text>}
      <QueryState query={before}>
        {(older) => (
          <QueryState query={after}>
            {(newer) => lines && lines.added + lines.removed === 0
              ? <StatePanel icon={<IconEqual size={24} />} title="The same configuration">Nothing changed between these two backups.</StatePanel>
              : <DiffView before={older} after={newer} beforeLabel="Baseline" afterLabel="Compared with it" unified={unified} />}
          </QueryState>
        )}
      </QueryState>
    </Stack>
  );
}
