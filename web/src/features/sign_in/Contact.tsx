import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { FormFoot } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { CountrySelect, MobileInputs, mobileOf } from '@/features/identity/ProfileFields';
import type { User } from '@/features/identity/people';
import { $api, client } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';

/** What the list of users knows of the own account beyond the profile. */
export function Contact({ userId }: { userId: string }) {
  const user = $api.useQuery('get', '/users/{user}', { params: { path: { user: userId } } }, { meta: { poll: false } });
  return (
    <Section title="Contact" description="Where alerts by text message go, if your team sends some.">
      <QueryState query={user} rows={2}>{(known) => <ContactForm key={known.updated_at} user={known} />}</QueryState>
    </Section>
  );
}

function ContactForm({ user }: { user: User }) {
  const form = useForm({
    initialValues: { mobile: { local: user.mobile?.local ?? '', country: user.mobile?.country ?? '' }, country: user.country },
    validate: { mobile: { country: (country, { mobile }) => (mobile.local.trim() && !country ? 'Choose the country of the number.' : null) } },
  });
  const sending = useSubmit(form, async (values) => {
    await client.PUT('/users/{user}', { params: { path: { user: user.id } }, body: { mobile: mobileOf(values), country: values.country } });
    await refresh('/users/{user}', '/users');
    notifyDone('Your contact was changed.');
  });
  return (
    <form onSubmit={sending.onSubmit} noValidate>
      <Stack maw={560}>
        <MobileInputs form={form} />
        <CountrySelect label="Country where you live" placeholder="Country" {...form.getInputProps('country')} />
        <FormFoot sending={sending} action="Save" disabled={!form.isDirty()} />
      </Stack>
    </form>
  );
}
