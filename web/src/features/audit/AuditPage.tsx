import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { client } from '@/lib/api';
import { ActorBadge, type Entry } from './ActorBadge';
import { AuditFilters } from './AuditFilters';
import { EntryDrawer } from './EntryDrawer';
import { ExportMenu } from './ExportMenu';
import { VerifyDialog } from './VerifyDialog';
import { isFiltered, queryOf, type AuditQuery, type AuditSearch } from './filters';

const route = getRouteApi('/audit');
const shapes: Record<string, string> = { '2xx': 'ok', '3xx': 'ok', '4xx': 'warn', '5xx': 'fail' };
export const OutcomeBadge = ({ entry }: { entry: Entry }) => <StatusBadge state={shapes[entry.status_code_type] ?? 'ok'} word={entry.method === 'EVENT' && entry.status_code < 300 ? 'Event' : String(entry.status_code)} />;

const columns: Column<Entry>[] = [
  { id: 'when', header: 'When', width: '10rem', cell: (entry) => <TimeText at={entry.occurred_at} style="short" /> },
  { id: 'who', header: 'Who', width: 'minmax(9rem, 1.2fr)', cell: (entry) => <ActorBadge entry={entry} /> },
  { id: 'what', header: 'What', width: 'minmax(12rem, 3fr)', wideOnly: true, cell: (entry) => <span title={entry.endpoint}><Code>{entry.method}</Code> <span className="mono">{entry.endpoint}</span></span> },
  { id: 'outcome', header: 'Outcome', width: '6.5rem', cell: (entry) => <OutcomeBadge entry={entry} /> },
  { id: 'where', header: 'From', width: '9rem', wideOnly: true, cell: (entry) => <span className="mono">{entry.ip_address ?? '–'}</span> },
];

const phone = {
  height: 64,
  cell: (entry: Entry) => (
    <div>
      <Group gap={8} wrap="nowrap"><OutcomeBadge entry={entry} /><Text span size="sm" className="mono" truncate>{entry.method} {entry.endpoint}</Text></Group>
      <Group gap={8} wrap="nowrap" justify="space-between" className="quiet"><ActorBadge entry={entry} /><TimeText at={entry.occurred_at} style="short" /></Group>
    </div>
  ),
};
const logId = (entry: Entry) => entry.log_id;

function useEntries(query: AuditQuery) {
  return useInfiniteQuery({
    queryKey: ['get', '/audit-logs', { params: { query } }],
    queryFn: async ({ pageParam, signal }) => (await client.GET('/audit-logs', { params: { query: { ...query, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })).data!,
    initialPageParam: '',
    getNextPageParam: (page) => (page.pagination.has_more ? page.pagination.cursor : undefined),
    placeholderData: keepPreviousData,
    // No event tells of new entries. Who reads on is not disturbed.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? 15_000 : false),
  });
}

export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const patch = (change: Partial<AuditSearch>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const open = (entry: string | undefined) => void navigate({ search: (before) => ({ ...before, entry }) });
  const [verifying, setVerifying] = useState(false);
  const { entry: opened, ...filters } = search;
  const key = JSON.stringify(filters);
  const query = useMemo(() => queryOf(JSON.parse(key) as AuditSearch, Date.now()), [key]);
  const entries = useEntries(query);
  const rows = useMemo(() => entries.data?.pages.flatMap((page) => page.data) ?? [], [entries.data]);
  const warnings = entries.data?.pages.at(-1)?.warnings ?? [];
  return (
    <Page title="Audit log" scope="audit:view" description="Who changed what, when and from where; every call but reading ones, and what concerns security."
      actions={<>
        <Button variant="default" leftSection={<IconShieldCheck size={16} />} onClick={() => setVerifying(true)}>Verify chain</Button>
        <ExportMenu query={query} />
      </>}>
      <AuditFilters search={search} patch={patch} />
      {warnings.length > 0 && <Alert color="yellow">{warnings.join(' ')}</Alert>}
      <QueryState query={entries} rows={8}>
        {() => (
          <DataTable label="Audit log" rows={rows} columns={columns} rowId={logId} phone={phone} onOpen={(row) => open(row.log_id)} height="calc(100dvh - 21rem)"
            sort={{ by: 'event_time', descending: search.sort !== 'asc' }} hasMore={entries.hasNextPage} loadMore={() => void entries.fetchNextPage()} isLoadingMore={entries.isFetchingNextPage}
            empty={<NothingFound filtered={isFiltered(search)} clear={() => void navigate({ search: {} })} />} />
        )}
      </QueryState>
      <Text size="xs" className="quiet" role="status">{entries.data ? `${rows.length}${entries.hasNextPage ? ' loaded, more below' : rows.length === 1 ? ' entry' : ' entries'}` : ''}</Text>
      {opened && <EntryDrawer key={opened} id={opened} known={rows.find((row) => row.log_id === opened)} onClose={() => open(undefined)} onFilter={(change) => void navigate({ search: (before) => ({ ...before, ...change, entry: undefined }) })} />}
      {verifying && <VerifyDialog onClose={() => setVerifying(false)} />}
    </Page>
  );
}

function NothingFound({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  if (!filtered) return <StatePanel icon={<IconHistory size={24} />} title="Nothing has happened yet">Every change in this team will stand here.</StatePanel>;
  return <StatePanel icon={<IconHistory size={24} />} title="Nothing like that" actions={<Button variant="default" onClick={clear}>Clear the filters</Button>}>No entry matches the filters.</StatePanel>;
}
