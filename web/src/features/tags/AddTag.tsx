import { Autocomplete, Button, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { notifyFailed } from '@/components/notify';
import { $api } from '@/lib/api';

/** A tag and its value for one site. */
export default function AddTag({ siteId, done }: { siteId: string; done: () => void }) {
  const tags = $api.useQuery('get', '/tags');
  const [tag, setTag] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const apply = $api.useMutation('post', '/tags/{tagId}/values', { onSuccess: done, onError: (error) => notifyFailed(error, 'The tag was not added') });
  const chosen = tags.data?.find((one) => one.id === tag);
  if (tags.data?.length === 0) return <Text size="sm" mt="sm">The team has no tags yet. Settings → Tags makes the first one.</Text>;
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      if (tag) apply.mutate({ params: { path: { tagId: tag } }, body: { correlation_id: siteId, correlation_type: 'site', value } });
    }}>
      <Stack gap="xs" mt="sm">
        <Select label="Tag" data={(tags.data ?? []).map((one) => ({ value: one.id, label: one.key }))} value={tag} onChange={setTag} searchable data-autofocus />
        <Autocomplete label="Value" data={chosen?.values.map((one) => (typeof one === 'string' ? one : String((one as { value?: string }).value ?? ''))) ?? []} value={value} onChange={setValue} maxLength={100} />
        <Button type="submit" size="xs" loading={apply.isPending} disabled={!tag || value.trim() === ''}>Add</Button>
      </Stack>
    </form>
  );
}
