import { Button, CloseButton, Group, MultiSelect, Pill, Select, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { isFaultFiltered, type FaultRange, type FaultSearch } from './faultSearch';
import { severities, severityWord, type Severity } from './SeverityBadge';

interface Props {
  search: FaultSearch;
  onSearch: (search: FaultSearch) => void;
}
const types = [{ value: 'site', label: 'Site' }, { value: 'wantunnel', label: 'WAN tunnel' }];
const rangeLabels = [{ value: '24h', label: 'Last 24 hours' }, { value: '7d', label: 'Last 7 days' }, { value: '30d', label: 'Last 30 days' }, { value: '90d', label: 'Last 90 days' }];

export function FaultFilters({ search, onSearch }: Props) {
  const set = (part: Partial<FaultSearch>) => onSearch(Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0))));
  const known = search.type && !types.some((one) => one.value === search.type) ? [...types, { value: search.type, label: search.type }] : types;
  return (
    <Group gap="xs" align="flex-end">
      <Typed label="Search faults" placeholder="Text in message or cause" value={search.q ?? ''} onChange={(q) => set({ q })} />
      <Select aria-label="Time" placeholder="Any time" w={150} clearable data={rangeLabels} value={search.range ?? null} onChange={(range) => set({ range: (range as FaultRange | null) ?? undefined })} />
      <MultiSelect aria-label="Severity" placeholder={search.severity ? undefined : 'Any severity'} w={{ base: '100%', xs: 200 }} clearable data={severities.map((one) => ({ value: one, label: severityWord(one) }))} value={search.severity ?? []} onChange={(severity) => set({ severity: severity as Severity[] })} />
      <Select aria-label="Type" placeholder="Any type" w={140} clearable data={known} value={search.type ?? null} onChange={(type) => set({ type: type ?? undefined })} />
      <Typed label="Cause" placeholder="Cause" value={search.cause ?? ''} onChange={(cause) => set({ cause })} narrow />
      <Switch label="Only open" checked={search.open ?? false} onChange={(event) => set({ open: event.currentTarget.checked || undefined })} pb={8} />
      {search.site && <Pill withRemoveButton onRemove={() => set({ site: undefined })} removeButtonProps={{ 'aria-label': 'Show faults of all sites', tabIndex: 0, 'aria-hidden': false }}>One site only</Pill>}
      {isFaultFiltered(search) && <Button variant="subtle" color="gray" onClick={() => onSearch({})}>Clear all</Button>}
    </Group>
  );
}

/** Sends what was typed once the typing pauses; follows the address. */
function Typed({ label, placeholder, value, onChange, narrow = false }: { label: string; placeholder: string; value: string; onChange: (text: string | undefined) => void; narrow?: boolean }) {
  const [text, setText] = useState(value);
  const send = useDebouncedCallback((next: string) => onChange(next.trim() || undefined), 300);
  useEffect(() => setText((now) => (now.trim() === value ? now : value)), [value]);
  const type = (next: string) => {
    setText(next);
    send(next);
  };
  return (
    <TextInput aria-label={label} placeholder={placeholder} flex={narrow ? '0 1 10rem' : '1 1 13rem'} maw={narrow ? 180 : 340} value={text} maxLength={100} onChange={(event) => type(event.currentTarget.value)}
      leftSection={narrow ? undefined : <IconSearch size={16} />} rightSection={text && <CloseButton size="sm" onClick={() => type('')} aria-label={`Clear ${label.toLowerCase()}`} />} />
  );
}
