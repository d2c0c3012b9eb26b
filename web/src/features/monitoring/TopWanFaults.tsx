import { Group, Paper, Text, Title } from '@mantine/core';
import { SiteLink } from '@/components/SiteLink';
import { $api } from '@/lib/api';
import { plural } from '@/lib/format';

/** The WAN tunnels with most faults in 14 days; nothing at all while there are none. */
export function TopWanFaults() {
  const top = $api.useQuery('get', '/faults/top_faults', {}, { staleTime: 60_000 });
  if (!top.data || top.data.length === 0) return null;
  return (
    <Paper p="md" component="section" aria-label="WAN tunnels with most faults">
      <Title order={2} mb="xs">WAN tunnels with most faults in 14 days</Title>
      <Group gap="lg">
        {top.data.slice(0, 10).map((tunnel) => (
          <Text key={tunnel.resource_id} size="sm">{tunnel.site_id ? <SiteLink site={tunnel.site_id}>{tunnel.tunnel_name}</SiteLink> : tunnel.tunnel_name} <span className="quiet">{plural(tunnel.count, 'fault')}</span></Text>
        ))}
      </Group>
    </Paper>
  );
}
