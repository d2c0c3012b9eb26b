import { Button, CloseButton, Group, Pill, Skeleton, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { DropPanel } from '@/components/DropPanel';
import { Choice } from '@/components/Choice';
import { $api } from '@/lib/api';
import { count } from '@/lib/format';
import { useMay } from '@/lib/me';
import { chipsOf, cleaned, isFiltered, type SiteSearch, type SiteState } from './siteSearch';
import type { Tag } from './SiteFilterPanel';

const SiteFilterPanel = lazy(() => import('./SiteFilterPanel'));

interface Props {
  search: SiteSearch;
  onSearch: (search: SiteSearch) => void;
}

function useTags(): Tag[] {
  const may = useMay('tag:view');
  return $api.useQuery('get', '/tags', {}, { enabled: may, staleTime: 60_000, meta: { poll: false } }).data ?? [];
}

export function SiteFilters({ search, onSearch, children }: Props & { children: ReactNode }) {
  const tags = useTags();
  const chips = chipsOf(search, (id) => tags.find((tag) => tag.id === id)?.key ?? 'Tag');
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <SearchField search={search} onSearch={onSearch} />
        <StateFilter search={search} onSearch={onSearch} />
        <MoreFilters search={search} onSearch={onSearch} tags={tags} />
        {children}
      </Group>
      {chips.length > 0 && (
        <Group gap={6} role="list" aria-label="Filters">
          {chips.map((chip) => (
            <Pill key={chip.key} role="listitem" withRemoveButton onRemove={() => onSearch(chip.without)} removeButtonProps={{ 'aria-label': `Remove the filter ${chip.label}`, tabIndex: 0, 'aria-hidden': false }}>
              {chip.label}
            </Pill>
          ))}
          {isFiltered(search) && chips.length > 1 && <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onSearch(search.sort ? { sort: search.sort } : {})}>Clear all</Button>}
        </Group>
      )}
    </Stack>
  );
}

function SearchField({ search, onSearch }: Props) {
  const [text, setText] = useState(search.q ?? '');
  const send = useDebouncedCallback((q: string) => onSearch(cleaned({ ...search, q: q.trim() })), 250);
  useEffect(() => setText((now) => (now.trim() === (search.q ?? '') ? now : (search.q ?? ''))), [search.q]);
  const type = (next: string) => {
    setText(next);
    send(next);
  };
  return (
    <TextInput flex="1 1 14rem" maw={420} value={text} onChange={(event) => type(event.currentTarget.value)} maxLength={100} type="search"
      aria-label="Search sites" placeholder="Name, model, serial number, address" leftSection={<IconSearch size={16} />}
      rightSection={text && <CloseButton size="sm" onClick={() => type('')} aria-label="Clear the search" />} />
  );
}

function MoreFilters({ search, onSearch, tags }: Props & { tags: Tag[] }) {
  const active = (search.model?.length ?? 0) + (search.version?.length ?? 0) + (search.tag?.length ?? 0) + (search.fault === undefined ? 0 : 1);
  return (
    <DropPanel label="Filters" width={320} align="start" spacious button={(props) => <Button variant="default" leftSection={<IconFilter size={16} />} {...props}>{active > 0 ? `Filters: ${active}` : 'Filters'}</Button>}>
      {() => <Suspense fallback={<Skeleton height={240} />}><SiteFilterPanel search={search} onSearch={onSearch} tags={tags} /></Suspense>}
    </DropPanel>
  );
}

function StateFilter({ search, onSearch }: Props) {
  const states = $api.useQuery('get', '/sites/summary').data?.by_state;
  const wide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  const label = (word: string, number: number | undefined) => (wide && number !== undefined ? `${word} ${count(number)}` : word);
  return (
    <Choice aria-label="State" value={search.state ?? 'any'} onChange={(state) => onSearch(cleaned({ ...search, state: state === 'any' ? undefined : (state as SiteState) }))}
      data={[
        { value: 'any', label: 'All' }, { value: 'online', label: label('Online', states?.online) }, { value: 'offline', label: label('Offline', states?.offline) },
        { value: 'pending', label: label('Pending', states?.pending) },
        ...(states?.deleting || search.state === 'deleting' ? [{ value: 'deleting', label: label('Deleting', states?.deleting) }] : []),
      ]} />
  );
}
