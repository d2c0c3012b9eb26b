import { CloseButton, Group, Loader, MultiSelect, Pill, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { siteQuery } from '@/features/fleet/queries';
import { $api } from '@/lib/api';
import { plural } from '@/lib/format';

const shownNames = 20;

/** Chooses sites by typing; names of the first twenty, the number of the rest. */
export function SitePicker({ chosen, onChange }: { chosen: string[]; onChange: (sites: string[]) => void }) {
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), 200);
  const found = $api.useQuery('get', '/sites', { params: { query: { ...(asked ? { search: asked } : {}), per_page: 20 } } }, { meta: { poll: false }, placeholderData: (before) => before });
  const names = useQueries({ queries: chosen.slice(0, shownNames).map((site) => siteQuery(site)) });
  const known = new Map<string, string>((found.data ?? []).map((site) => [site.id, site.name]));
  chosen.forEach((site, index) => known.set(site, names[index]?.data?.name ?? known.get(site) ?? site));
  if (chosen.length > shownNames)
    return (
      <Group>
        <Text size="sm" fw={600}>{plural(chosen.length, 'site')} chosen</Text>
        <Pill.Group>{chosen.slice(0, 5).map((site) => <Pill key={site}>{known.get(site)}</Pill>)}<Pill>and {chosen.length - 5} more</Pill></Pill.Group>
        <CloseButton aria-label="Choose other sites" onClick={() => onChange([])} />
      </Group>
    );
  return (
    <MultiSelect label="Sites" placeholder={chosen.length === 0 ? 'Type a name, serial number or address' : undefined} searchable hidePickedOptions required value={chosen} onChange={onChange} searchValue={search} onSearchChange={setSearch}
      data={[...known].map(([value, label]) => ({ value, label }))} filter={({ options }) => options} rightSection={found.isFetching ? <Loader size={14} /> : undefined} nothingFoundMessage="No site matches" maxDropdownHeight={280} />
  );
}
