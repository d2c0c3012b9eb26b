import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { QueryState } from '@/components/QueryState';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api } from '@/lib/api';

/** The disturbances of one site: open ones first. */
export function SiteFaults({ siteId }: { siteId: string }) {
  const faults = $api.useQuery('get', '/faults/site/{site_id}', { params: { path: { site_id: siteId } } });
  return (
    <Paper p="md" component="section" aria-labelledby="faults">
      <Title order={2} id="faults" mb="xs">Faults</Title>
      <QueryState query={faults} rows={2} isEmpty={(page) => page.data.length === 0} empty={<Text size="sm" className="quiet">None in the last days.</Text>}>
        {({ data: list }) => (
          <Stack gap={6}>
            {list.slice(0, 6).map((fault) => (
              <Group key={fault.id} justify="space-between" wrap="nowrap" gap="xs">
                <Text size="sm" truncate>{fault.message}</Text>
                <Group gap="xs" wrap="nowrap"><StatusBadge state={fault.resolved_at ? 'resolved' : 'open'} /><Text size="xs" className="quiet"><TimeText at={fault.created_at} /></Text></Group>
              </Group>
            ))}
          </Stack>
        )}
      </QueryState>
    </Paper>
  );
}
