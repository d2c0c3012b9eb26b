import { Alert, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { CopyField } from '@/components/CopyField';
import { Modal } from '@/components/Dialog';
import { openDialog } from '@/components/dialogs';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { client } from '@/lib/api';
import { useMay, useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { MobileInputs, mobileOf, zones } from './ProfileFields';
import { RolesField } from './RolesField';
import { cleanRoleSites, type RoleSites } from './people';

function showPassword(name: string, password: string) {
  openDialog((close) => (
    <Modal onClose={close} title={`Temporary password of ${name}`} closeOnClickOutside={false}>
      <Stack>
        <Alert color="yellow" title="Shown only now">Hand it over in a safe way. At the first sign-in another one has to be chosen.</Alert>
        <CopyField value={password} label="temporary password" />
      </Stack>
    </Modal>
  ));
}

/** Somebody with an account at once, or somebody who is only notified. */
export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const maySeeRoles = useMay('role:view');
  const form = useForm({
    initialValues: { email: '', name: '', allow_login: true, timezone: me?.timezone ?? 'UTC', roles: [] as string[], role_sites: {} as RoleSites, mobile: { local: '', country: '' } },
    validate: {
      email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : 'An e-mail address such as ann@example.com.'),
      mobile: { country: (country, { mobile }) => (mobile.local.trim() && !country ? 'Choose the country of the number.' : null) },
    },
  });
  const sending = useSubmit(form, async (values) => {
    const { data } = await client.POST('/users', {
      body: {
        email: values.email.trim(), name: values.name.trim() || undefined, allow_login: values.allow_login, timezone: values.timezone, mobile: mobileOf(values),
        roles: values.roles, role_sites: cleanRoleSites(values.role_sites, values.roles),
      },
    });
    await refresh('/users', '/teams', '/roles');
    onClose();
    if (data!.password) showPassword(data!.user.name, data!.password);
    else notifyDone(`${data!.user.name} is in the team now.`);
  });
  const { allow_login, roles, role_sites, timezone } = form.getValues();
  return (
    <FormDialog title="Add a user" action="Add user" size="lg" sending={sending} onClose={onClose}>
      <TextInput label="E-mail" type="email" autoComplete="off" description="Who has an account here already joins the team with it." required data-autofocus {...form.getInputProps('email')} />
      <TextInput label="Name" maxLength={100} description="Needed for somebody new." {...form.getInputProps('name')} />
      <Switch label="May sign in" description="Without it the person only receives notifications." {...form.getInputProps('allow_login', { type: 'checkbox' })} />
      <Select label="Time zone" searchable allowDeselect={false} data={zones(timezone)} {...form.getInputProps('timezone')} />
      <MobileInputs form={form} />
      {allow_login && maySeeRoles && (
        <RolesField value={roles} onChange={(next) => form.setFieldValue('roles', next)} sites={role_sites} onSites={(next) => form.setFieldValue('role_sites', next)} error={form.errors.roles ?? form.errors.role_sites} />
      )}
      {allow_login && <Text size="sm" className="quiet">Somebody new gets a temporary password, which you see once, and a mail.</Text>}
    </FormDialog>
  );
}
