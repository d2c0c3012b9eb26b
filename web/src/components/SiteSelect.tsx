import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { $api } from '@/lib/api';

interface Props {
  label: string;
  description?: string;
  value: string | null;
  onChange: (site: string | null) => void;
  /** Known already, before anybody searched. */
  name?: string;
  error?: React.ReactNode;
}

/** One site, found by typing. */
export function SiteSelect({ label, description, value, onChange, name, error }: Props) {
  const [typed, setTyped] = useState(name ?? '');
  const [asked] = useDebouncedValue(typed, 200);
  const found = $api.useQuery('get', '/sites', { params: { query: { limit: 20, ...(asked.trim() ? { search: asked.trim() } : {}) } } }, { meta: { poll: false } });
  const options = (found.data ?? []).map((site) => ({ value: site.id, label: site.name }));
  if (value && name && !options.some((one) => one.value === value)) options.unshift({ value, label: name });
  return (
    <Select label={label} description={description} data={options} value={value} onChange={onChange} searchable clearable searchValue={typed} onSearchChange={setTyped} error={error}
      filter={({ options: all }) => all} nothingFoundMessage={found.isFetching ? 'Searching…' : 'No such site'} placeholder="Type a name" />
  );
}
