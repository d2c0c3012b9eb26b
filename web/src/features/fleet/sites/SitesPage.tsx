import { Button, Skeleton, Stack } from '@mantine/core';
import { IconMoodEmpty, IconPlus, IconRefresh, IconRouter } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { arrivals } from '@/app/arrivals';
import { DataTable } from '@/components/DataTable';
import { ErrorState } from '@/components/ErrorState';
import { notifyFailed } from '@/components/notify';
import { Page } from '@/components/Page';
import { sitePath } from '@/components/SiteLink';
import { StatePanel } from '@/components/StatePanel';
import { plural } from '@/lib/format';
import { useMay } from '@/lib/me';
import { ColumnMenu } from './ColumnMenu';
import type { Site } from './patchSites';
import { allColumns, phoneRow } from './siteColumns';
import { SiteFilters } from './SiteFilters';
import { isFiltered, parseSiteSearch, sortOf, toSort, type SiteSearch } from './siteSearch';
import { useSiteTableSetting } from './siteTableSetting';
import { useSiteList } from './useSiteList';
import { ViewMenu } from './ViewMenu';
import classes from './sites.module.css';

const { title, description } = arrivals.sites;
const BulkBar = lazy(async () => ({ default: (await import('../bulk/BulkBar')).BulkBar }));
const siteId = (site: Site) => site.id;
const siteName = (site: Site) => site.name;

export function SitesPage() {
  const add = useAddButton();
  return <Page title={title} description={description} scope="site:view" actions={add}><SiteList /></Page>;
}

function useAddButton() {
  const may = useMay('site:create');
  return may ? <Button component={Link} to={'/sites/add' as string} leftSection={<IconPlus size={16} />}>Add a site</Button> : null;
}

/** The default view, once, when somebody comes without filters. */
function useDefaultView(search: SiteSearch, onSearch: (search: SiteSearch) => void, setting: ReturnType<typeof useSiteTableSetting>) {
  const decided = useRef(Object.keys(search).length > 0);
  useEffect(() => {
    if (decided.current || setting.isPending) return;
    decided.current = true;
    const view = setting.value.views.find((one) => one.id === setting.value.defaultView);
    if (view) onSearch(view.search);
  }, [setting.isPending, setting.value, onSearch]);
}

function SiteList() {
  const search = useSearch({ from: '/sites/', select: parseSiteSearch, structuralSharing: true }); // the router leaves in what it does not know
  const navigate = useNavigate({ from: '/sites/' });
  const onSearch = useCallback((next: SiteSearch) => void navigate({ to: '/sites', search: next, replace: true }), [navigate]);
  const setting = useSiteTableSetting();
  useDefaultView(search, onSearch, setting);
  const mayBulk = useMay('job:create'); // every action on many sites begins with the preview, which needs it
  const { query, rows, total, outdated, refresh, onVisible } = useSiteList(search);
  // Drawn in slices (see QueryState).
  const [drawn, drawnRows] = [useDeferredValue(query.data !== undefined), useDeferredValue(rows)];
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setSelected((before) => (before.size > 0 ? new Set() : before)), [JSON.stringify(search)]);
  const columns = useMemo(() => setting.value.columns.map((id) => allColumns[id]), [setting.value.columns]);
  const { fetchNextPage } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);

  return (
    <Stack gap="sm">
      <SiteFilters search={search} onSearch={onSearch}>
        <ViewMenu search={search} onSearch={onSearch} setting={setting.value} change={setting.change} />
        <ColumnMenu columns={setting.value.columns}
          onColumns={(next) => void setting.change((now) => ({ ...now, columns: next })).catch((error: unknown) => notifyFailed(error, 'The columns were not saved'))} />
      </SiteFilters>
      <div className={classes.notice} role="status" style={{ justifyContent: 'flex-start', padding: 0, minHeight: 22 }}>
        {total !== null && <span>{isFiltered(search) ? `${plural(total, 'site')} match` : plural(total, 'site')}</span>}
        {outdated && <Button size="compact-xs" variant="light" leftSection={<IconRefresh size={14} />} onClick={() => void refresh()}>The list has changed: show</Button>}
      </div>
      {!drawn ? (
        query.error && query.data === undefined ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton height={420} aria-busy="true" />
      ) : (
        <DataTable label="Sites" rows={drawnRows} columns={columns} rowId={siteId} rowName={siteName} total={total} phone={phoneRow} height={selected.size > 0 ? 'calc(100dvh - 20.25rem)' : 'calc(100dvh - 16.25rem)'}
          sort={sortOf(search.sort)} onSort={(sort) => { const next = toSort(sort); const { sort: _old, ...rest } = search; onSearch(next ? { ...rest, sort: next } : rest); }}
          selected={selected} onSelect={mayBulk ? setSelected : undefined} onOpen={(site) => void navigate({ to: sitePath(site.id) })}
          hasMore={query.hasNextPage} loadMore={loadMore} isLoadingMore={query.isFetchingNextPage} onVisible={onVisible}
          empty={<NoSites filtered={isFiltered(search)} clear={() => onSearch({})} />} />
      )}
      {selected.size > 0 && <Suspense fallback={null}><BulkBar selected={selected} onSelect={setSelected} loaded={rows.length} total={total} search={search} /></Suspense>}
    </Stack>
  );
}

function NoSites({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const add = useAddButton();
  if (filtered) {
    return (
      <StatePanel icon={<IconMoodEmpty size={24} />} title="No site matches" actions={<Button variant="default" onClick={clear}>Clear the filters</Button>}>
        Nothing has all of these properties at the moment.
      </StatePanel>
    );
  }
  return (
    <StatePanel icon={<IconRouter size={24} />} title="No sites yet" actions={add}>
      A site is a router that this installation looks after. It appears here as soon as it has been added.
    </StatePanel>
  );
}
