import { ActionIcon, ColorSwatch, Group, Paper, Pill, Skeleton, Text, Title } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { queryClient } from '@/app/queryClient';
import { withUndo } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { $api, client, type Schemas } from '@/lib/api';
import { useMay } from '@/lib/me';

const AddTag = lazy(() => import('./AddTag'));

type Applied = Schemas['AppliedTag'];

/** The tags of a site: one value a key; taking one off can be undone. */
export function SiteTags({ siteId }: { siteId: string }) {
  const init = { params: { path: { correlationId: siteId } } };
  const key = ['get', '/resources/{correlationId}/tags', init];
  const tags = $api.useQuery('get', '/resources/{correlationId}/tags', init);
  const mayChange = useMay('tag:update');
  const [adding, setAdding] = useState(false);
  const takeOff = (tag: Applied) => {
    const before = queryClient.getQueryData<Applied[]>(key);
    queryClient.setQueryData<Applied[]>(key, (old) => old?.filter((one) => one.tag_id !== tag.tag_id));
    withUndo({
      message: `${tag.key}: ${tag.value} was taken off.`,
      commit: () => client.DELETE('/tags/{tagId}/values/{correlationId}', { params: { path: { tagId: tag.tag_id, correlationId: siteId } } }),
      revert: () => queryClient.setQueryData(key, before),
    });
  };
  return (
    <Paper p="md" component="section" aria-labelledby="tags">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="tags">Tags</Title>
        {mayChange && <ActionIcon onClick={() => setAdding(!adding)} aria-label={adding ? 'Close' : 'Add a tag'} aria-expanded={adding}>{adding ? <IconX size={16} /> : <IconPlus size={16} />}</ActionIcon>}
      </Group>
      <QueryState query={tags} rows={1} empty={<Text size="sm" className="quiet">None. Tags group sites for filters, roles and bulk actions.</Text>}>
        {(list) => (
          <Pill.Group>
            {list.map((tag) => (
              <Pill key={tag.tag_id} withRemoveButton={mayChange} onRemove={() => takeOff(tag)} removeButtonProps={{ 'aria-label': `Take off ${tag.key}: ${tag.value}`, 'aria-hidden': false, tabIndex: 0 }}>
                <Group component="span" gap={6} wrap="nowrap"><ColorSwatch component="span" size={9} color={tag.color} withShadow={false} />{tag.key}: {tag.value}</Group>
              </Pill>
            ))}
          </Pill.Group>
        )}
      </QueryState>
      {adding && <Suspense fallback={<Skeleton height={160} mt="sm" />}><AddTag siteId={siteId} done={() => { setAdding(false); void queryClient.invalidateQueries({ queryKey: key }); }} /></Suspense>}
    </Paper>
  );
}
