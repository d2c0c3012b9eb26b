import { Alert, Autocomplete, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { QueryState } from '@/components/QueryState';
import { $api } from '@/lib/api';

export interface ChosenTag {
  id: string;
  value: string;
}

/** A tag, and the value that it gets. */
export function TagChoice({ withValue, onChange }: { withValue: boolean; onChange: (tag: ChosenTag | null) => void }) {
  const tags = $api.useQuery('get', '/tags', {}, { meta: { poll: false } });
  const [id, setId] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const choose = (nextId: string | null, nextValue: string) => {
    setId(nextId);
    setValue(nextValue);
    onChange(nextId && (!withValue || nextValue.trim() !== '') ? { id: nextId, value: nextValue.trim() } : null);
  };
  return (
    <QueryState query={tags} rows={2} empty={<Alert color="gray" title="There is no tag yet">Tags are made in the settings, under Tags.</Alert>}>
      {(known) => (
        <Stack gap="xs">
          <Select label="Tag" data={known.map((tag) => ({ value: tag.id, label: tag.key }))} value={id} onChange={(next) => choose(next, '')} searchable required openOnFocus={false} data-autofocus />
          {withValue && id && (
            <Autocomplete label="Value" description="A value in use, or a new one" data={known.find((tag) => tag.id === id)?.values ?? []} value={value} onChange={(next) => choose(id, next)} maxLength={255} required limit={20} />
          )}
        </Stack>
      )}
    </QueryState>
  );
}
