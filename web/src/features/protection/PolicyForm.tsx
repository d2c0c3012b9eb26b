import { Alert, Anchor, NumberInput, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconShieldExclamation } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { FormFoot } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { Section } from '@/components/Section';
import { $api, client, type Schemas } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMay, useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';

type Policy = Schemas['SecurityPolicy'];
/** An empty field is the installation's own limit. */
const orNull = (value: number | string | null | undefined) => (value === '' || value === null || value === undefined ? null : Number(value));

export function PolicyForm({ policy }: { policy: Policy }) {
  const me = useMe();
  const without = useMembersWithoutFactor();
  const form = useForm({
    initialValues: { ...policy, session_idle_minutes: (policy.session_idle_minutes ?? '') as number | string, session_absolute_minutes: (policy.session_absolute_minutes ?? '') as number | string },
  });
  const save = async (values: typeof form.values) => {
    await client.PUT('/security/policy', { body: { ...values, session_idle_minutes: orNull(values.session_idle_minutes), session_absolute_minutes: orNull(values.session_absolute_minutes) } });
    await refresh('/security/policy', '/me');
    notifyDone('The security policy was changed. It counts at once.');
  };
  const sending = useSubmit(form, async (values) => {
    if (values.require_mfa && !policy.require_mfa && without > 0) {
      confirm({
        title: 'Demand a second factor', action: 'Demand it now', run: () => save(values),
        body: `${plural(without, 'member has', 'members have')} none yet. They see only their account page until they have set one up. API keys and routers are not concerned.`,
      });
    } else await save(values);
  });
  const { require_mfa } = form.getValues();
  const locksMeOut = require_mfa && !policy.require_mfa && me?.mfa_enabled === false;
  return (
    <Section title="Policy">
      <form onSubmit={sending.onSubmit} noValidate>
        <Stack maw={560}>
          <Switch label="Demand a second factor" description="Members can do nothing before they have set up an authenticator app or a passkey." {...form.getInputProps('require_mfa', { type: 'checkbox' })} />
          {locksMeOut && (
            <Alert color="yellow" icon={<IconShieldExclamation />} title="You would lock yourself out">
              You have no second factor. <Anchor component={Link} to="/account" search={{ tab: 'security' } as never}>Set one up first</Anchor>, then come back.
            </Alert>
          )}
          <Text size="sm" fw={600}>Sessions</Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberInput label="End after idle minutes" placeholder="Installation's own" min={5} max={129600} allowDecimal={false} {...form.getInputProps('session_idle_minutes')} />
            <NumberInput label="End after minutes in any case" placeholder="Installation's own" min={5} max={129600} allowDecimal={false} {...form.getInputProps('session_absolute_minutes')} />
          </SimpleGrid>
          <Text size="sm" fw={600}>Passwords</Text>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <NumberInput label="At least characters" min={8} max={64} allowDecimal={false} {...form.getInputProps('min_length')} />
            <NumberInput label="Renew after days" description="0: never" inputWrapperOrder={['label', 'input', 'description', 'error']} min={0} max={3650} allowDecimal={false} {...form.getInputProps('max_age_days')} />
            <NumberInput label="Earlier ones refused" min={3} max={24} allowDecimal={false} {...form.getInputProps('history')} />
          </SimpleGrid>
          <FormFoot sending={sending} action="Save" disabled={!form.isDirty() || locksMeOut} />
        </Stack>
      </form>
    </Section>
  );
}

function useMembersWithoutFactor() {
  const maySee = useMay('user:view');
  const users = $api.useQuery('get', '/users', {}, { enabled: maySee });
  return users.data?.filter((user) => user.allow_login && !user.mfa_enabled).length ?? 0;
}
