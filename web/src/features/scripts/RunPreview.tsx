import { Alert, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { client } from '@/lib/api';
import { plural } from '@/lib/format';

/** Who is hit, who is skipped and why, before anything happens. */
export function RunPreview({ sites, makeBackup }: { sites: string[]; makeBackup: boolean }) {
  const preview = useQuery({
    queryKey: ['post', '/jobs/batches/preview', sites.join(), makeBackup], meta: { poll: false },
    queryFn: async ({ signal }) => (await client.POST('/jobs/batches/preview', { body: { sites, make_backup: makeBackup }, signal })).data!,
  });
  if (!preview.data) return null;
  const { counts, skipped } = preview.data;
  return (
    <Alert color={skipped.length > 0 ? 'yellow' : 'blue'} title={`Runs on ${plural(counts.hit, 'site')}${counts.skipped > 0 ? `, skips ${counts.skipped}` : ''}`}>
      {counts.offline > 0 && <Text size="sm">{plural(counts.offline, 'site')} of them offline: it runs there when they are back.</Text>}
      {skipped.length > 0 && (
        <List size="sm">
          {skipped.slice(0, 10).map((one) => <List.Item key={one.site_id}>{one.name}: {one.message}</List.Item>)}
          {skipped.length > 10 && <List.Item>and {skipped.length - 10} more</List.Item>}
        </List>
      )}
    </Alert>
  );
}
