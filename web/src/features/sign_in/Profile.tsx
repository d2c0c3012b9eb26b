import { Alert, Button, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconMailCheck, IconMailExclamation } from '@tabler/icons-react';
import { refresh } from '@/app/queryClient';
import { FormFoot } from '@/components/FormDialog';
import { notifyDone, notifyFailed } from '@/components/notify';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Section } from '@/components/Section';
import { StatusBadge } from '@/components/StatusBadge';
import { zones } from '@/features/identity/ProfileFields';
import { client } from '@/lib/api';
import { useMe, type Me } from '@/lib/me';
import { setTimeStyle } from '@/lib/time';
import { useSubmit } from '@/lib/useSubmit';
import { Contact } from './Contact';
import { dateChoices, localeChoices, timeChoices } from './formats';

export function Profile() {
  const me = useMe();
  if (!me) return <PageSkeleton />;
  return (
    <Stack>
      <ProfileForm key={me.id} me={me} />
      <EmailForm key={me.email} me={me} />
      {!me.mfa_missing && <Contact userId={me.id} />}
    </Stack>
  );
}

function ProfileForm({ me }: { me: Me }) {
  const form = useForm({
    initialValues: { name: me.name, timezone: me.timezone, locale: me.locale, date_format: me.date_format, time_format: me.time_format },
    validate: { name: (name) => (name.trim() ? null : 'Others see you by your name.') },
  });
  const sending = useSubmit(form, async (values) => {
    await client.PUT('/me', { body: { ...values, name: values.name.trim() } });
    setTimeStyle({ timezone: values.timezone, locale: values.locale });
    form.resetDirty();
    await refresh('/me', '/users', '/teams');
    notifyDone('Your profile was changed.');
  });
  const now = new Date();
  return (
    <Section title="Profile">
      <form onSubmit={sending.onSubmit} noValidate>
        <Stack maw={560}>
          <TextInput label="Name" autoComplete="name" maxLength={100} required {...form.getInputProps('name')} />
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <Select label="Time zone" flex="1 1 12rem" searchable allowDeselect={false} data={zones(me.timezone)} {...form.getInputProps('timezone')} />
            <Select label="Language of dates and mails" flex="1 1 12rem" searchable allowDeselect={false} data={localeChoices(me.locale)} {...form.getInputProps('locale')} />
          </Group>
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <Select label="Date format" description="In reports and connected applications" flex="1 1 12rem" allowDeselect={false} data={dateChoices(me.date_format, now)} {...form.getInputProps('date_format')} />
            <Select label="Time format" description="In reports and connected applications" flex="1 1 12rem" allowDeselect={false} data={timeChoices(me.time_format, now)} {...form.getInputProps('time_format')} />
          </Group>
          <FormFoot sending={sending} action="Save" disabled={!form.isDirty()} />
        </Stack>
      </form>
    </Section>
  );
}

function EmailForm({ me }: { me: Me }) {
  const form = useForm({
    initialValues: { email: me.email, current_password: '' },
    validate: { email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : 'An e-mail address such as ann@example.com.') },
  });
  const changed = form.getValues().email.trim() !== me.email;
  const sending = useSubmit(form, async ({ email, current_password }) => {
    await client.PUT('/me', { body: { email: email.trim(), ...(current_password ? { current_password } : {}) } });
    await refresh('/me');
    form.reset();
    notifyDone(`A link is on its way to ${email.trim()}. The new address counts once it was opened.`);
  });
  return (
    <Section title="E-mail" description="You sign in with it, and mails go there." actions={<StatusBadge state={me.email_verified ? 'ok' : 'warn'} word={me.email_verified ? 'Confirmed' : 'Not confirmed'} />}>
      <form onSubmit={sending.onSubmit} noValidate>
        <Stack maw={560}>
          {!me.email_verified && <Unconfirmed email={me.email} />}
          {me.pending_email && <Alert icon={<IconMailCheck />} color="blue" title={`${me.pending_email} waits for its confirmation`}>Open the link in the mail that was sent there. Until then {me.email} stays your address.</Alert>}
          <TextInput label="E-mail" type="email" autoComplete="email" required {...form.getInputProps('email')} />
          {changed && <PasswordInput label="Current password" description="An account without a password leaves this empty." autoComplete="current-password" {...form.getInputProps('current_password')} />}
          <FormFoot sending={sending} action="Change e-mail" disabled={!changed} />
        </Stack>
      </form>
    </Section>
  );
}

function Unconfirmed({ email }: { email: string }) {
  const resend = async () => {
    try {
      await client.POST('/email/resend', { body: { email } });
      notifyDone('If a link is due, it is on its way. There are three an hour.');
    } catch (error) {
      notifyFailed(error, 'The link was not sent');
    }
  };
  return (
    <Alert color="yellow" icon={<IconMailExclamation />} title="This address is not confirmed yet">
      <Stack gap="xs" align="flex-start">
        Open the link in the mail that you got.
        <Button size="xs" variant="default" onClick={() => void resend()}>Send it again</Button>
      </Stack>
    </Alert>
  );
}
