import { Alert, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { Drawer } from '@/components/Dialog';
import { FormFoot } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { TimeText } from '@/components/TimeText';
import { client } from '@/lib/api';
import { useMay, useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { MfaBadge, PersonName, PersonStateBadge, TypeBadge } from './PersonBadge';
import { MobileInputs, mobileOf, zones } from './ProfileFields';
import { RolesField } from './RolesField';
import { UserActions } from './UserActions';
import { changesOf, valuesOf } from './userChanges';
import { signsInWith, type User } from './people';

export function UserDrawer({ user, onClose }: { user: User; onClose: () => void }) {
  const me = useMe();
  const mayChange = useMay('user:update');
  const isSelf = user.id === me?.id;
  return (
    <Drawer onClose={onClose} title="User" size="lg">
      <Stack>
        <PersonName user={user} />
        <Group gap="lg">
          <PersonStateBadge user={user} />
          <TypeBadge user={user} />
          {user.allow_login && <Group gap={6}><Text size="sm" className="quiet">Second factor</Text><MfaBadge user={user} /></Group>}
        </Group>
        <Text size="sm" className="quiet">
          {user.allow_login && <>Signs in with: {signsInWith(user.idp)}. Last sign-in: <TimeText at={user.last_login_at} none="never" />. </>}
          Here since <TimeText at={user.created_at} style="short" />.
        </Text>
        {isSelf && <Alert color="gray">This is you. Name, times and numbers are on your account page; your own roles are changed by somebody else.</Alert>}
        {!isSelf && mayChange && <UserForm key={user.updated_at} user={user} onClose={onClose} />}
        {!isSelf && <UserActions user={user} onDone={onClose} />}
      </Stack>
    </Drawer>
  );
}

function UserForm({ user, onClose }: { user: User; onClose: () => void }) {
  const maySeeRoles = useMay('role:view');
  const form = useForm({
    initialValues: valuesOf(user),
    validate: { name: (name) => (name.trim() ? null : 'The user needs a name.'), mobile: { country: (country, { mobile }) => (mobile.local.trim() && !country ? 'Choose the country of the number.' : null) } },
  });
  const sending = useSubmit(form, async (values) => {
    await client.PUT('/users/{user}', { params: { path: { user: user.id } }, body: changesOf(user, { ...values, mobileNow: mobileOf(values) }) });
    await refresh('/users', '/teams', '/roles', '/users/{user}');
    notifyDone(`${values.name} was changed.`);
    onClose();
  });
  const { roles, role_sites, timezone, allow_login } = form.getValues();
  return (
    <form onSubmit={sending.onSubmit} noValidate>
      <Stack>
        {maySeeRoles && allow_login && (
          <RolesField value={roles} onChange={(next) => form.setFieldValue('roles', next)} sites={role_sites} onSites={(next) => form.setFieldValue('role_sites', next)} error={form.errors.roles ?? form.errors.role_sites} />
        )}
        <TextInput label="Name" maxLength={100} required {...form.getInputProps('name')} />
        <Switch label="May sign in" description="Without it the person only receives notifications." {...form.getInputProps('allow_login', { type: 'checkbox' })} />
        <Select label="Time zone" searchable allowDeselect={false} data={zones(timezone)} {...form.getInputProps('timezone')} />
        <MobileInputs form={form} />
        <FormFoot sending={sending} action="Save" disabled={!form.isDirty()} />
      </Stack>
    </form>
  );
}
