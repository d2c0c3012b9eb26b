import { Select, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { $api, client } from '@/lib/api';
import { useMay, useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { beyond } from './scopes';

/** A mail with a link; who has no account makes one behind it. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const maySeeRoles = useMay('role:view');
  const roles = $api.useQuery('get', '/roles', {}, { enabled: maySeeRoles, meta: { poll: false } });
  const form = useForm({ initialValues: { email: '', role: null as string | null }, validate: { email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : 'An e-mail address such as ann@example.com.') } });
  const sending = useSubmit(form, async ({ email, role }) => {
    await client.POST('/teams/{team}/invites', { params: { path: { team: me!.team_id! } }, body: { email: email.trim(), ...(role ? { role } : {}) } });
    await refresh('/teams/{team}/invites', '/teams');
    notifyDone(`The invitation is on its way to ${email.trim()}.`);
    onClose();
  });
  const givable = roles.data?.filter((role) => !(role.system && role.name === 'Owner')).map((role) => ({ value: role.id, label: role.name, disabled: beyond(role.scopes, me?.scopes ?? []).length > 0 }));
  return (
    <FormDialog title="Invite somebody" action="Send invitation" sending={sending} onClose={onClose}>
      <Text size="sm">The person gets a mail with a link that works for seven days, signs in or makes an account, and is in the team.</Text>
      <TextInput label="E-mail" type="email" autoComplete="off" required data-autofocus {...form.getInputProps('email')} />
      {givable && <Select label="Role" placeholder="Viewer" description="More roles, and limits to certain sites, can be given once the person is here." data={givable} clearable {...form.getInputProps('role')} />}
    </FormDialog>
  );
}
