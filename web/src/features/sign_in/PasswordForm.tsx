import { PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { FormFoot } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { Section } from '@/components/Section';
import { client } from '@/lib/api';
import { useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';

export function PasswordForm() {
  const me = useMe();
  const form = useForm({
    initialValues: { current_password: '', password: '', again: '' },
    validate: {
      current_password: (password) => (password ? null : 'The password that you use now.'),
      password: (password) => (password ? null : 'The new password.'),
      again: (again, { password }) => (again === password ? null : 'This is not the same as above.'),
    },
  });
  const sending = useSubmit(form, async ({ current_password, password }) => {
    await client.PUT('/password', { body: { current_password, password } });
    form.reset();
    await refresh('/me/sessions');
    notifyDone('Your password was changed. Every other session has ended.');
  });
  return (
    <Section title="Password" description="Whoever is signed in elsewhere with your account is signed out by a change.">
      <form onSubmit={sending.onSubmit} noValidate>
        <Stack maw={400}>
          <input type="text" name="username" autoComplete="username" value={me?.email ?? ''} readOnly hidden />
          <PasswordInput label="Current password" autoComplete="current-password" required {...form.getInputProps('current_password')} />
          <PasswordInput label="New password" description="8 characters or more, with upper and lower case, a digit and a special character." autoComplete="new-password" required {...form.getInputProps('password')} />
          <PasswordInput label="New password again" autoComplete="new-password" required {...form.getInputProps('again')} />
          <FormFoot sending={sending} action="Change password" disabled={!form.isDirty()} />
        </Stack>
      </form>
    </Section>
  );
}
