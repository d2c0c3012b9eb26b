import { Button, Skeleton, Stack } from '@mantine/core';
import { IconCircleCheck, IconDownload, IconMoodEmpty, IconPlus, IconShare } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import { DataTable } from '@/components/DataTable';
import { ErrorState } from '@/components/ErrorState';
import { ListNotice } from '@/components/ListNotice';
import { notifyFailed } from '@/components/notify';
import { Page } from '@/components/Page';
import { StatePanel } from '@/components/StatePanel';
import { client, download } from '@/lib/api';
import { useMay } from '@/lib/me';
import type { Frame } from '@/lib/realtime';
import { useCursorList } from '@/lib/useCursorList';
import { faultColumns, faultPhone, type Fault } from './faultColumns';
import { FaultDrawer } from './FaultDrawer';
import { FaultFilters } from './FaultFilters';
import { exportPath, isFaultFiltered, toFaultFilter, type FaultSearch } from './faultSearch';
import { TopWanFaults } from './TopWanFaults';

const CreateFault = lazy(() => import('./CreateFault'));
const ShareFaults = lazy(() => import('./ShareFaults'));
const faultId = (fault: Fault) => fault.id;
const tellsOfFaults = (frame: Frame) => frame.event === 'fault.created' || frame.event === 'fault.updated' || frame.event === 'fault.resolved';

export function FaultsPage() {
  const search = useSearch({ from: '/faults' });
  const navigate = useNavigate({ from: '/faults' });
  const onSearch = useCallback((next: FaultSearch, replace = true) => void navigate({ to: '/faults', search: next, replace }), [navigate]);
  const [dialog, setDialog] = useState<'create' | 'share' | null>(null);
  const mayCreate = useMay('fault:create');
  const { fault, ...filters } = search;
  const save = () => void download(exportPath(filters), `faults-${new Date().toISOString().slice(0, 10)}.csv`).catch((error: unknown) => notifyFailed(error, 'The export did not work'));
  const actions = (
    <>
      <Button variant="default" leftSection={<IconDownload size={16} />} onClick={save}>Export</Button>
      <Button variant="default" leftSection={<IconShare size={16} />} onClick={() => setDialog('share')}>Share</Button>
      {mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog('create')}>Report a fault</Button>}
    </>
  );
  return (
    <Page title="Faults" scope="fault:view" actions={actions}>
      <Stack gap="sm">
        <TopWanFaults />
        <FaultFilters search={filters} onSearch={onSearch} />
        <FaultList filters={filters} open={(id) => onSearch({ ...filters, fault: id }, false)} clear={() => onSearch({})} />
      </Stack>
      {fault && <FaultDrawer id={fault} close={() => onSearch(filters)} />}
      <Suspense fallback={null}>
        {dialog === 'create' && <CreateFault close={() => setDialog(null)} created={(id) => { setDialog(null); onSearch({ ...filters, fault: id }, false); }} />}
        {dialog === 'share' && <ShareFaults close={() => setDialog(null)} />}
      </Suspense>
    </Page>
  );
}

function FaultList({ filters, open, clear }: { filters: FaultSearch; open: (id: string) => void; clear: () => void }) {
  const query = toFaultFilter(filters);
  const list = useCursorList<Fault>({
    queryKey: ['fault-list', query], changedBy: tellsOfFaults,
    read: async (cursor, signal) => (await client.GET('/fault', { params: { query: { ...query, limit: 100, ...(cursor ? { cursor } : {}) } }, signal })).data!,
  });
  const more = list.query.hasNextPage;
  if (!list.query.data) return list.query.error ? <ErrorState error={list.query.error} retry={() => void list.query.refetch()} /> : <Skeleton height={420} aria-busy="true" />;
  return (
    <>
      <ListNotice text={list.rows.length > 0 ? `${list.rows.length}${more ? ' and more' : ''}, newest first` : null} outdated={list.outdated} refresh={() => void list.refresh()} />
      <DataTable label="Faults" rows={list.rows} columns={faultColumns} rowId={faultId} phone={faultPhone} onOpen={(one) => open(one.id)} hasMore={more} loadMore={list.loadMore}
        isLoadingMore={list.query.isFetchingNextPage} empty={more ? undefined : <NoFaults filtered={isFaultFiltered(filters)} clear={clear} />} />
    </>
  );
}

function NoFaults({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  if (filtered) return <StatePanel icon={<IconMoodEmpty size={24} />} title="No fault matches" actions={<Button variant="default" onClick={clear}>Clear the filters</Button>}>Nothing has all of these properties.</StatePanel>;
  return <StatePanel icon={<IconCircleCheck size={24} />} title="No faults">A fault is recorded when a site falls silent or restarts, and when somebody reports one.</StatePanel>;
}
