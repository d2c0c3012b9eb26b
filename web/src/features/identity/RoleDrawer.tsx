import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconLock } from '@tabler/icons-react';
import { refresh } from '@/app/queryClient';
import { Drawer } from '@/components/Dialog';
import { FormFoot } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { client, type Schemas } from '@/lib/api';
import { useMay } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { ScopePicker } from './ScopePicker';
import { useDeleteRole } from './useDeleteRole';

type Role = Schemas['Role'];
interface Props {
  /** Absent: a new one, perhaps as a copy `from` another. */
  role?: Role;
  from?: Role;
  onClose: () => void;
  onCopy: (id: string) => void;
}

export function RoleDrawer({ role, from, onClose, onCopy }: Props) {
  const mayUpdate = useMay('role:update');
  const readOnly = role ? role.system || !mayUpdate : false;
  return (
    <Drawer onClose={onClose} title={role ? role.name : 'New role'} size="lg">
      <Stack>
        {role?.system && <SystemNote onCopy={() => onCopy(role.id)} />}
        {readOnly ? <ScopePicker value={role!.scopes} onChange={() => {}} readOnly height="calc(100dvh - 16rem)" /> : <RoleForm role={role} from={from} onClose={onClose} />}
      </Stack>
    </Drawer>
  );
}

function SystemNote({ onCopy }: { onCopy: () => void }) {
  const mayCreate = useMay('role:create');
  return (
    <Alert icon={<IconLock size={18} />} color="gray" title="A role of the system">
      <Stack gap="xs" align="flex-start">
        It is the same in every team and cannot be changed.
        {mayCreate && <Button size="xs" variant="default" onClick={onCopy}>Make a copy that can</Button>}
      </Stack>
    </Alert>
  );
}

function RoleForm({ role, from, onClose }: Pick<Props, 'role' | 'from' | 'onClose'>) {
  const mayDelete = useMay('role:delete');
  const remove = useDeleteRole();
  const form = useForm({
    initialValues: { name: role?.name ?? (from ? `${from.name} (copy)` : ''), scopes: role?.scopes ?? from?.scopes ?? [] },
    validate: { name: (name) => (name.trim() ? null : 'The role needs a name.'), scopes: (scopes) => (scopes.length > 0 ? null : 'Choose at least one permission.') },
  });
  const sending = useSubmit(form, async ({ name, scopes }) => {
    const body = { name: name.trim(), scopes };
    if (role) await client.PUT('/roles/{role}', { params: { path: { role: role.id } }, body });
    else await client.POST('/roles', { body });
    await refresh('/roles', '/me');
    notifyDone(role ? 'The role was changed. It counts at once for everybody who holds it.' : `The role ${body.name} was created.`);
    onClose();
  });
  return (
    <form onSubmit={sending.onSubmit} noValidate>
      <Stack>
        <TextInput label="Name" maxLength={100} required data-autofocus {...form.getInputProps('name')} />
        <ScopePicker height="calc(100dvh - 22rem)" {...form.getInputProps('scopes')} />
        <Group justify="space-between">
          {role && mayDelete ? <Button variant="subtle" color="red" onClick={() => remove(role, onClose)}>Delete role</Button> : <span />}
          <Stack gap="xs"><FormFoot sending={sending} action={role ? 'Save' : 'Create role'} cancel={onClose} disabled={role !== undefined && !form.isDirty()} /></Stack>
        </Group>
      </Stack>
    </form>
  );
}
