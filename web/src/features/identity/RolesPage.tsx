import { Badge, Button, Menu, Table, Text, UnstyledButton } from '@mantine/core';
import { IconCopy, IconLock, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { RowMenu } from '@/components/RowMenu';
import { ShortTable } from '@/components/ShortTable';
import { TimeText } from '@/components/TimeText';
import { $api, type Schemas } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMay } from '@/lib/me';
import { RoleDrawer } from './RoleDrawer';
import { useDeleteRole } from './useDeleteRole';

export type Role = Schemas['Role'];
const route = getRouteApi('/settings/roles');

export function RolesPage() {
  const roles = $api.useQuery('get', '/roles');
  const { role: open, copy } = route.useSearch();
  const navigate = route.useNavigate();
  const mayCreate = useMay('role:create');
  const show = (role: string | undefined, from?: string) => void navigate({ search: { role, copy: from } });
  const wanted = roles.data?.find((role) => role.id === open);
  return (
    <Page title="Roles" scope="role:view" description="A role is a set of permissions. Somebody may have several, also only for sites with certain tags."
      actions={mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => show('new')}>New role</Button>}>
      <QueryState query={roles}>
        {(all) => (
          <ShortTable label="Roles" head={['Name', 'Permissions', 'Users', 'Changed', '_Actions']}>
            {all.map((role) => <RoleRow key={role.id} role={role} onOpen={() => show(role.id)} onCopy={() => show('new', role.id)} />)}
          </ShortTable>
        )}
      </QueryState>
      {roles.data && (open === 'new' || wanted) && (
        <RoleDrawer key={`${open} ${copy ?? ''}`} role={wanted} from={roles.data.find((role) => role.id === copy)} onClose={() => show(undefined)} onCopy={(id) => show('new', id)} />
      )}
    </Page>
  );
}

function RoleRow({ role, onOpen, onCopy }: { role: Role; onOpen: () => void; onCopy: () => void }) {
  const mayCreate = useMay('role:create');
  const mayChange = useMay('role:update');
  const mayDelete = useMay('role:delete');
  const remove = useDeleteRole();
  return (
    <Table.Tr>
      <Table.Td>
        <UnstyledButton onClick={onOpen} fw={600} fz="sm">{role.name}</UnstyledButton>{' '}
        {role.system && <Badge size="xs" variant="default" leftSection={<IconLock size={10} />}>System</Badge>}
      </Table.Td>
      <Table.Td className="tabular">{role.scopes.length}</Table.Td>
      <Table.Td className="nowrap">{role.users_count === 0 ? <Text span size="sm" className="quiet">nobody</Text> : plural(role.users_count, 'user')}</Table.Td>
      <Table.Td>{role.system ? <Text span size="sm" className="quiet">built in</Text> : <TimeText at={role.updated_at} />}</Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for the role ${role.name}`}>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onOpen}>{role.system || !mayChange ? 'Show' : 'Edit'}</Menu.Item>
          {mayCreate && <Menu.Item leftSection={<IconCopy size={16} />} onClick={onCopy}>Make a copy</Menu.Item>}
          {mayDelete && !role.system && <Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={() => remove(role)}>Delete</Menu.Item>}
        </RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}
