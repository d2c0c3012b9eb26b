import { Skeleton } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { DataTable, type Column } from '@/components/DataTable';
import { ErrorState } from '@/components/ErrorState';
import { ListNotice } from '@/components/ListNotice';
import { Page } from '@/components/Page';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { whoOf } from '@/features/identity/who';
import { $api, client, type Schemas } from '@/lib/api';
import { count } from '@/lib/format';
import { useMay } from '@/lib/me';
import type { Frame } from '@/lib/realtime';
import { useCursorList } from '@/lib/useCursorList';

type Row = Schemas['JobBatchRow'];
const rowId = (row: Row) => row.id;
const tellsOfBatches = (frame: Frame) => frame.event === 'job.updated' && frame.data.batch_id !== null;

function State({ row }: { row: Row }) {
  if (row.pending + row.running > 0) return <StatusBadge state="busy" word={`${count(row.completed + row.failed)} of ${count(row.accepted)}`} />;
  return row.failed > 0 ? <StatusBadge state="failed" word={`${count(row.failed)} failed`} /> : <StatusBadge state="completed" />;
}
const Name = ({ row }: { row: Row }) => <a href={`/app/jobs/batches/${row.id}`} data-open style={{ fontWeight: 600, color: 'inherit' }}>{row.description}</a>;

function By({ actor }: { actor: string }) {
  const may = useMay('user:view');
  return whoOf(actor, $api.useQuery('get', '/users', {}, { enabled: may, staleTime: 60_000, meta: { poll: false } }).data);
}

const columns: Column<Row>[] = [
  { id: 'description', header: 'Job', width: 'minmax(10rem, 2fr)', cell: (row) => <Name row={row} /> },
  { id: 'state', header: 'State', width: '9rem', cell: (row) => <State row={row} /> },
  { id: 'sites', header: 'Sites', width: '6rem', align: 'end', cell: (row) => count(row.accepted) },
  { id: 'skipped', header: 'Skipped', width: '6rem', align: 'end', cell: (row) => count(row.refused) },
  { id: 'by', header: 'By', width: 'minmax(8rem, 1fr)', cell: (row) => <By actor={row.created_by} /> },
  { id: 'at', header: 'Started', width: '8rem', cell: (row) => <TimeText at={row.created_at} /> },
];
const phone = {
  height: 64,
  cell: (row: Row) => <div><Name row={row} /><div style={{ display: 'flex', gap: 10 }} className="quiet"><State row={row} /><TimeText at={row.created_at} style="narrow" /></div></div>,
};

/** Jobs that were run on many sites at once. */
export function BatchesPage() {
  return <Page title="Jobs on many sites" scope="job:view"><Batches /></Page>;
}

function Batches() {
  const navigate = useNavigate();
  const list = useCursorList<Row>({
    queryKey: ['batch-list'], changedBy: tellsOfBatches,
    read: async (cursor, signal) => (await client.GET('/jobs/batches', { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } }, signal })).data!,
  });
  if (!list.query.data) return list.query.error ? <ErrorState error={list.query.error} retry={() => void list.query.refetch()} /> : <Skeleton height={420} aria-busy="true" />;
  return (
    <>
      <ListNotice text={null} outdated={list.outdated} refresh={() => void list.refresh()} />
      <DataTable label="Jobs on many sites" rows={list.rows} columns={columns} rowId={rowId} phone={phone} onOpen={(row) => void navigate({ to: '/jobs/batches/$batch', params: { batch: row.id } })}
        hasMore={list.query.hasNextPage} loadMore={list.loadMore} isLoadingMore={list.query.isFetchingNextPage}
        empty={<StatePanel icon={<IconStack2 size={24} />} title="Nothing was run on many sites yet">Choose sites in the list of sites, then “Run a script”: its progress is shown here.</StatePanel>} />
    </>
  );
}
