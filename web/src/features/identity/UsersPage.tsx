import { Button, Group, Select, TextInput } from '@mantine/core';
import { IconMailPlus, IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { StatePanel } from '@/components/StatePanel';
import { TimeText } from '@/components/TimeText';
import { $api } from '@/lib/api';
import { useMay } from '@/lib/me';
import { AddUserDialog } from './AddUserDialog';
import { InviteDialog } from './InviteDialog';
import { Invites } from './Invites';
import { MfaBadge, PersonName, PersonStateBadge, TypeBadge } from './PersonBadge';
import { filterPeople, limitsInWords, sitesOf, stateWords, type User } from './people';
import { UserDrawer } from './UserDrawer';

const route = getRouteApi('/settings/users');
const columns: Column<User>[] = [
  { id: 'name', header: 'Name', width: 'minmax(10rem, 2fr)', cell: (user) => <PersonName user={user} /> },
  { id: 'type', header: 'Type', width: '7.5rem', wideOnly: true, cell: (user) => <TypeBadge user={user} /> },
  {
    id: 'roles', header: 'Roles', width: 'minmax(6rem, 1.2fr)', wideOnly: true,
    cell: (user) => user.roles.length === 0 ? <span className="quiet">none</span> : (
      <span title={user.roles.map((role) => `${role.name}${Object.keys(sitesOf(role)).length > 0 ? ` (${limitsInWords(sitesOf(role))})` : ''}`).join('\n')}>{user.roles.map((role) => role.name).join(', ')}</span>
    ),
  },
  { id: 'mfa', header: 'Second factor', width: '7.25rem', wideOnly: true, cell: (user) => <MfaBadge user={user} /> },
  { id: 'state', header: 'State', width: 'minmax(12.5rem, 1fr)', cell: (user) => <PersonStateBadge user={user} /> },
  { id: 'seen', header: 'Last sign-in', width: '7rem', wideOnly: true, cell: (user) => <TimeText at={user.last_login_at} none="never" /> },
];

const phone = {
  height: 64,
  cell: (user: User) => (
    <Group gap="sm" justify="space-between" wrap="nowrap"><PersonName user={user} /><PersonStateBadge user={user} iconOnly /></Group>
  ),
};
const userId = (user: User) => user.id;

export function UsersPage() {
  const users = $api.useQuery('get', '/users');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayInvite = useMay('teams:invite-users');
  const mayAdd = useMay('user:create');
  const patch = (change: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const open = (user: string | undefined) => void navigate({ search: (before) => ({ ...before, user }) });
  const shown = useMemo(() => filterPeople(users.data ?? [], { ...search, text: search.q }), [users.data, search]);
  const wanted = users.data?.find((user) => user.id === search.user);
  return (
    <Page title="Users" scope="user:view" description="Who works in this team, and who is only told about things."
      actions={<>
        {mayAdd && <Button variant="default" leftSection={<IconUserPlus size={16} />} onClick={() => open('add')}>Add</Button>}
        {mayInvite && <Button leftSection={<IconMailPlus size={16} />} onClick={() => open('invite')}>Invite</Button>}
      </>}>
      <Filters search={search} patch={patch} />
      <QueryState query={users}>
        {() => (
          <DataTable label="Users" rows={shown} columns={columns} rowId={userId} rowHeight={48} phone={phone} onOpen={(user) => open(user.id)} height="calc(100dvh - 20rem)"
            empty={<StatePanel icon={<IconUsers size={24} />} title="Nobody is like that" actions={<Button variant="default" onClick={() => patch({ q: undefined, state: undefined, role: undefined, mfa: undefined })}>Show everybody</Button>}>No user of the team matches the filters.</StatePanel>} />
        )}
      </QueryState>
      <Invites />
      {search.user === 'invite' && <InviteDialog onClose={() => open(undefined)} />}
      {search.user === 'add' && <AddUserDialog onClose={() => open(undefined)} />}
      {wanted && <UserDrawer key={wanted.id} user={wanted} onClose={() => open(undefined)} />}
    </Page>
  );
}

type Search = ReturnType<typeof route.useSearch>;

function Filters({ search, patch }: { search: Search; patch: (change: Partial<Search>) => void }) {
  const maySeeRoles = useMay('role:view');
  const roles = $api.useQuery('get', '/roles', {}, { enabled: maySeeRoles, meta: { poll: false } });
  return (
    <Group gap="xs">
      <TextInput flex="1 1 12rem" aria-label="Find people" placeholder="Name, e-mail, mobile or role" leftSection={<IconSearch size={16} />} value={search.q ?? ''} onChange={(event) => patch({ q: event.currentTarget.value || undefined })} />
      {roles.data && <Select w={150} aria-label="Role" placeholder="Any role" clearable value={search.role ?? null} onChange={(role) => patch({ role: role ?? undefined })} data={roles.data.map((role) => ({ value: role.id, label: role.name }))} />}
      <Select w={170} aria-label="State" placeholder="Any state" clearable value={search.state ?? null} onChange={(state) => patch({ state: (state as Search['state']) ?? undefined })} data={Object.entries(stateWords).map(([value, label]) => ({ value, label }))} />
      <Select w={180} aria-label="Second factor" placeholder="Any second factor" clearable value={search.mfa ?? null} onChange={(mfa) => patch({ mfa: (mfa as Search['mfa']) ?? undefined })} data={[{ value: 'on', label: 'Second factor on' }, { value: 'off', label: 'No second factor' }]} />
    </Group>
  );
}
