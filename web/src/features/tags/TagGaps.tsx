import { Autocomplete, Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { refresh } from '@/app/queryClient';
import { notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { client, type Schemas } from '@/lib/api';
import { useMay } from '@/lib/me';
import type { Kind, Tag } from './tags';

/** The gaps of one kind, a page after the other; each can be filled where it stands. */
export function TagGaps({ tag, kind }: { tag: Tag; kind: Kind }) {
  const gaps = useInfiniteQuery({
    queryKey: ['get', '/tags/{tagId}/gaps', { params: { path: { tagId: tag.id }, query: { type: kind } } }],
    queryFn: async ({ pageParam, signal }) =>
      (await client.GET('/tags/{tagId}/gaps', { params: { path: { tagId: tag.id }, query: { type: kind, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })).data!,
    initialPageParam: '',
    getNextPageParam: (page) => (page.meta.has_more ? page.meta.cursor : undefined),
    meta: { poll: false },
  });
  return (
    <QueryState query={gaps} rows={3} isEmpty={(data) => data.pages.every((page) => page.data.length === 0) && !gaps.hasNextPage} empty={<Text size="sm" className="quiet">Everything has it.</Text>}>
      {(data) => (
        <Stack gap={6} role="list" aria-label={`Without the tag ${tag.key}`}>
          {data.pages.flatMap((page) => page.data).map((gap) => <Gap key={gap.correlation_id} gap={gap} tag={tag} />)}
          {gaps.hasNextPage && <Button variant="default" size="xs" loading={gaps.isFetchingNextPage} onClick={() => void gaps.fetchNextPage()}>Look further</Button>}
        </Stack>
      )}
    </QueryState>
  );
}

function Gap({ gap, tag }: { gap: Schemas['TagGap']; tag: Tag }) {
  const mayUpdate = useMay('tag:update');
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const fill = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await client.POST('/tags/{tagId}/values', { params: { path: { tagId: tag.id } }, body: { correlation_id: gap.correlation_id, correlation_type: gap.correlation_type, value: value.trim() } });
      await refresh('/tags', '/tags/{tagId}/values', '/tags/{tagId}/gaps', '/sites', '/resources/{correlationId}/tags');
    } catch (error) {
      notifyFailed(error, `${gap.name} did not get the tag`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div role="listitem">
      <form onSubmit={(event) => void fill(event)}>
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" flex={1} miw={0} truncate>{gap.name}</Text>
        {mayUpdate && (
          <>
            <Autocomplete size="xs" w={150} aria-label={`${tag.key} of ${gap.name}`} placeholder="Value" data={tag.values} value={value} onChange={setValue} maxLength={255} />
            <Button type="submit" size="xs" variant="default" loading={busy} disabled={!value.trim()}>Set</Button>
          </>
        )}
      </Group>
      </form>
    </div>
  );
}
