import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { $api } from '@/lib/api';
import { useMay } from '@/lib/me';
import { actorWords } from './ActorBadge';
import { actorKinds, isFiltered, methods, rangeWords, statusClasses, type AuditSearch } from './filters';

interface Props {
  search: AuditSearch;
  patch: (change: Partial<AuditSearch>) => void;
}
const nothing: AuditSearch = { range: undefined, from: undefined, until: undefined, user: undefined, actor: undefined, method: undefined, status: undefined, endpoint: undefined, ip: undefined, session: undefined, q: undefined };
const statusWords = { '2xx': 'Done (2xx)', '3xx': 'Redirected (3xx)', '4xx': 'Refused (4xx)', '5xx': 'Failed (5xx)' } as const;

export function AuditFilters({ search, patch }: Props) {
  const [generation, setGeneration] = useState(0);
  return (
    <Group gap="xs" role="search" aria-label="Filters of the audit log" key={generation}>
      <LateInput label="Text" placeholder="Words in the entry" value={search.q} onChange={(q) => patch({ q })} icon />
      <LateInput label="Endpoint" placeholder="/users, /sites/…, mfa." value={search.endpoint} onChange={(endpoint) => patch({ endpoint })} />
      <RangeFilter search={search} patch={patch} />
      <UserFilter search={search} patch={patch} />
      <Select w={124} aria-label="Kind of actor" placeholder="Any actor" clearable value={search.actor ?? null} data={actorKinds.map((value) => ({ value, label: actorWords[value] }))} onChange={(actor) => patch({ actor: actor as AuditSearch['actor'] ?? undefined })} />
      <Select w={136} aria-label="Method" placeholder="Any method" clearable value={search.method ?? null} data={[...methods]} onChange={(method) => patch({ method: method as AuditSearch['method'] ?? undefined })} />
      <Select w={142} aria-label="Outcome" placeholder="Any outcome" clearable value={search.status ?? null} data={statusClasses.map((value) => ({ value, label: statusWords[value] }))} onChange={(status) => patch({ status: status as AuditSearch['status'] ?? undefined })} />
      {search.ip && <Chosen label={`From ${search.ip}`} clear={() => patch({ ip: undefined })} />}
      {search.session && <Chosen label="One session" clear={() => patch({ session: undefined })} />}
      {isFiltered(search) && <Button variant="subtle" color="gray" onClick={() => { patch(nothing); setGeneration((n) => n + 1); }}>Clear</Button>}
    </Group>
  );
}

function RangeFilter({ search, patch }: Props) {
  const isDays = Boolean(search.from ?? search.until);
  const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return (
    <>
      <Select w={136} aria-label="Time" placeholder="Any time" clearable value={isDays ? 'days' : (search.range ?? null)} data={[...Object.entries(rangeWords).map(([value, label]) => ({ value, label })), { value: 'days', label: 'Chosen days' }]}
        onChange={(value) => patch(value === 'days' ? { range: undefined, from: today(), until: today() } : { range: value as AuditSearch['range'] ?? undefined, from: undefined, until: undefined })} />
      {isDays && <TextInput type="date" w={150} aria-label="First day" value={search.from ?? ''} onChange={(event) => patch({ from: event.currentTarget.value || undefined })} />}
      {isDays && <TextInput type="date" w={150} aria-label="Last day" value={search.until ?? ''} onChange={(event) => patch({ until: event.currentTarget.value || undefined })} />}
    </>
  );
}

/** People of the team; who left it is found over an entry ("only this person"). */
function UserFilter({ search, patch }: Props) {
  const maySee = useMay('user:view');
  const users = $api.useQuery('get', '/users', {}, { enabled: maySee, meta: { poll: false } });
  if (!maySee && !search.user) return null;
  const known = users.data?.map((user) => ({ value: user.id, label: user.name })) ?? [];
  const data = search.user && !known.some((one) => one.value === search.user) ? [...known, { value: search.user, label: 'Somebody else' }] : known;
  return <Select w={136} aria-label="Person" placeholder="Anybody" searchable clearable value={search.user ?? null} data={data} onChange={(user) => patch({ user: user ?? undefined })} />;
}

const Chosen = ({ label, clear }: { label: string; clear: () => void }) => <Button variant="light" rightSection={<IconX size={14} />} onClick={clear} aria-label={`${label}, remove this filter`}>{label}</Button>;

/** Asks when typing has stopped. */
function LateInput({ label, placeholder, value, onChange, icon = false }: { label: string; placeholder: string; value: string | undefined; onChange: (value: string | undefined) => void; icon?: boolean }) {
  const [typed, setTyped] = useState(value ?? '');
  const later = useDebouncedCallback((next: string) => onChange(next.trim() || undefined), 350);
  return <TextInput flex="1 1 8rem" aria-label={label} placeholder={placeholder} leftSection={icon ? <IconSearch size={16} /> : undefined} value={typed} onChange={(event) => { setTyped(event.currentTarget.value); later(event.currentTarget.value); }} />;
}
