import { SimpleGrid, Stack } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { arrivals } from '@/app/arrivals';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { QueryState } from '@/components/QueryState';
import { $api, type Schemas } from '@/lib/api';
import { useMay } from '@/lib/me';
import { Attention } from './Attention';
import { HealthChart } from './HealthChart';
import { RecentFaults } from './RecentFaults';
import { RecentJobs } from './RecentJobs';
import { Shares } from './Shares';
import { Tiles } from './Tiles';

const { title, description } = arrivals.dashboard;
const FirstRun = lazy(() => import('./FirstRun'));

export function DashboardPage() {
  return <Page title={title} description={description} scope="site:view"><Fleet /></Page>;
}

function Fleet() {
  const summary = $api.useQuery('get', '/sites/summary');
  return <QueryState query={summary} rows={8}>{(data) => (data.total === 0 ? <Suspense fallback={<PageSkeleton />}><FirstRun /></Suspense> : <AtAGlance summary={data} />)}</QueryState>;
}

function AtAGlance({ summary }: { summary: Schemas['SiteSummary'] }) {
  const [mayJobs, mayFaults] = [useMay('job:view'), useMay('fault:view')];
  return (
    <Stack gap="md">
      <Tiles summary={summary} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Attention items={summary.attention} />
        <Stack gap="md" miw={0}>
          <HealthChart />
          {mayFaults && <RecentFaults />}
        </Stack>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2, xl: mayJobs ? 3 : 2 }} spacing="md">
        {mayJobs && <RecentJobs />}
        <Shares title="RouterOS versions" field="version" total={summary.total} shares={summary.versions.map(({ version, count }) => ({ name: version, count }))} />
        <Shares title="Models" field="model" total={summary.total} shares={summary.models.map(({ model, count }) => ({ name: model, count }))} />
      </SimpleGrid>
    </Stack>
  );
}
