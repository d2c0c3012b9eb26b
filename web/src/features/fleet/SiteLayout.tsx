import { Alert, Button, Group, Tabs } from '@mantine/core';
import { IconCode, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { ErrorState } from '@/components/ErrorState';
import { notifyFailed } from '@/components/notify';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { queryClient } from '@/app/queryClient';
import { $api } from '@/lib/api';
import { useMay } from '@/lib/me';
import { useFrames, useWatchedSites } from '@/lib/realtime';
import { siteQuery, type Site } from './queries';

const tabs = [
  { value: 'overview', label: 'Overview', scope: 'site:view' },
  { value: 'log', label: 'Orchestration log', scope: 'job:view' },
  { value: 'backups', label: 'Backups', scope: 'backup:view' },
  { value: 'files', label: 'Notes and files', scope: 'site:view' },
  { value: 'settings', label: 'Settings', scope: 'site:view' },
];

/** The frame of all pages of a site: who it is, whether it is there, and where to go. */
export function SiteLayout({ siteId }: { siteId: string }) {
  const site = useQuery(siteQuery(siteId));
  const mayRun = useMay('job:create');
  const navigate = useNavigate();
  const section = useRouterState({ select: (state) => state.location.pathname.split('/')[3] || 'overview' });
  useWatchedSites([siteId]);
  useFrames((frame) => {
    if (frame.event !== 'site.pulse' || frame.data.site_id !== siteId) return;
    const { online, last_seen_at } = frame.data;
    queryClient.setQueryData<Site>(siteQuery(siteId).queryKey, (old) => old && { ...old, has_pulse: online, last_seen_at: last_seen_at ?? old.last_seen_at, state: old.state === 'deleting' ? old.state : online ? 'online' : 'offline' });
  });
  // Drawn in slices (see QueryState).
  const data = useDeferredValue(site.data);
  if (!data) return site.error && !site.data ? <ErrorState error={site.error} retry={() => void site.refetch()} /> : <PageSkeleton />;
  return (
    <Page
      title={data.name} scope="site:view" crumbs={[{ label: 'Sites', to: '/sites' as never }]}
      heading={<Group component="span" gap="sm" align="baseline"><span>{data.name}</span> <StatusBadge state={data.state} /></Group>}
      description={<SiteLine site={data} />}
      actions={mayRun && <Button component={Link} to="/scripts/run" search={{ sites: siteId } as never} leftSection={<IconCode size={16} />}>Run a script</Button>}
    >
      <Deleting site={data} />
      <Tabs value={section} onChange={(value) => void navigate({ to: value === 'overview' ? `/sites/${siteId}` : `/sites/${siteId}/${value}` as string })} keepMounted={false} aria-label="Pages of the site">
        <Tabs.List style={{ overflowX: 'auto', flexWrap: 'nowrap' }}>
          {tabs.map((tab) => <Tabs.Tab key={tab.value} value={tab.value} style={{ flexShrink: 0 }}>{tab.label}</Tabs.Tab>)}
        </Tabs.List>
      </Tabs>
      <Outlet />
    </Page>
  );
}

function SiteLine({ site }: { site: Site }) {
  if (site.state === 'pending') return <>Waits for its router to be adopted.</>;
  return (
    <>
      {[site.model, site.software_version && `RouterOS ${site.software_version}`].filter(Boolean).join(' · ')}
      {' · last heartbeat '}<TimeText at={site.last_seen_at} none="never" />
    </>
  );
}

function Deleting({ site }: { site: Site }) {
  const restore = $api.useMutation('post', '/sites/{site}/restore', {
    onSuccess: () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === '/sites/{site}' }),
    onError: (error) => notifyFailed(error, 'The deletion was not cancelled'),
  });
  const mayDelete = useMay('site:delete');
  if (site.state !== 'deleting') return null;
  return (
    <Alert color="red" icon={<IconTrash />} title={`This site is being deleted${site.scheduler_removal ? `: removal in ${site.scheduler_removal}` : ''}`}>
      <Group justify="space-between">
        <span>The router is cleaned up with its next heartbeats, then backups, logs and notes go.</span>
        {mayDelete && <Button size="xs" variant="default" loading={restore.isPending} onClick={() => restore.mutate({ params: { path: { site: site.id } } })}>Keep the site</Button>}
      </Group>
    </Alert>
  );
}
