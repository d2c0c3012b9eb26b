import { Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Choice } from '@/components/Choice';
import { Chart } from '@/components/lazy';
import { QueryState } from '@/components/QueryState';
import { client } from '@/lib/api';
import { Card } from './Card';
import { healthSeries, healthSummary, ranges, type Health, type Range } from './health';

/** How many sites were online and offline, minute by minute. */
export function HealthChart() {
  const [range, setRange] = useState<Range>('24h');
  const health = useQuery({
    queryKey: ['get', '/metrics/dashboard/health', { range }], placeholderData: keepPreviousData, refetchInterval: 60_000,
    queryFn: async ({ signal }) => {
      const to = Date.now();
      const query = { from: new Date(to - ranges[range] * 3_600_000).toISOString(), to: new Date(to).toISOString(), step: range === '14d' ? 120 : 60 };
      return (await client.GET('/metrics/dashboard/health', { params: { query }, signal })).data!;
    },
  });
  return (
    <Card title="Fleet health" more={<Choice small aria-label="Time range" value={range} onChange={setRange} data={[{ value: '24h', label: '24 h' }, { value: '7d', label: '7 d' }, { value: '14d', label: '14 d' }]} />}>
      <QueryState query={health} rows={5} isEmpty={({ points }) => points.length < 2} empty={<Text size="sm" className="quiet" py="md">Recorded once a minute. The picture begins when there are two points.</Text>}>
        {(data) => <Lines health={data} />}
      </QueryState>
    </Card>
  );
}

function Lines({ health }: { health: Health }) {
  const { times, series } = useMemo(() => {
    const { times, online, offline, faults } = healthSeries(health);
    return {
      times,
      series: [
        { label: 'Online', color: '--state-online', values: online, fill: true }, { label: 'Offline', color: '--state-offline', values: offline, fill: true },
        { label: 'Open faults', color: '--state-pending', values: faults },
      ],
    };
  }, [health]);
  return <Chart label="Sites" times={times} series={series} height={210} summary={healthSummary(health)} />;
}
