import { Group, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { client } from '@/lib/api';
import { useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import type { ApiCredential, NewSecret } from './ApiKeysPage';
import { checkExpiry, expiresAt, expiryOf, lifetimes, type Expiry } from './expiry';
import { ScopePicker } from './ScopePicker';

interface Props {
  /** Absent: a new one. */
  apiKey?: ApiCredential;
  onClose: () => void;
  onMade: (made: NewSecret) => void;
}

export function ApiKeyDialog({ apiKey, onClose, onMade }: Props) {
  const team = useMe()?.team_id ?? '';
  const before = expiryOf(apiKey?.expires_at);
  const isSame = (expiry: Expiry) => apiKey !== undefined && expiry.lifetime === before.lifetime && expiry.date === before.date;
  const form = useForm({
    initialValues: { name: apiKey?.name ?? '', permissions: apiKey?.permissions ?? [], ...before },
    validate: {
      name: (name) => (name.trim().length >= 3 ? null : 'At least three characters that say what the key is for.'),
      permissions: (permissions) => (permissions.length > 0 ? null : 'Choose at least one permission.'),
      date: (_, values) => (isSame(values) ? null : checkExpiry(values, Date.now())),
    },
  });
  const sending = useSubmit(form, async ({ name, permissions, ...expiry }) => {
    const body = { name: name.trim(), permissions, ...(isSame(expiry) ? {} : { expires_at: expiresAt(expiry, Date.now()) }) };
    if (apiKey) {
      await client.PUT('/teams/{team}/api-credentials/{apiToken}', { params: { path: { team, apiToken: apiKey.id } }, body });
      notifyDone(`The key ${body.name} was changed.`);
    } else {
      const { data } = await client.POST('/api/keys', { body });
      onMade({ name: body.name, secret: data!.data.secret });
    }
    await refresh('/teams/{team}/api-credentials');
    onClose();
  });
  return (
    <FormDialog title={apiKey ? `Edit ${apiKey.name}` : 'New API key'} action={apiKey ? 'Save' : 'Create key'} size="lg" sending={sending} onClose={onClose} disabled={apiKey !== undefined && !form.isDirty()}>
      <TextInput label="Name" placeholder="Billing export" maxLength={100} required data-autofocus {...form.getInputProps('name')} />
      <Group grow align="flex-start">
        <Select label="Ends" data={lifetimes} allowDeselect={false} {...form.getInputProps('lifetime')} error={form.errors.expires_at} />
        {form.getValues().lifetime === 'date' && <TextInput type="date" label="Last day" required {...form.getInputProps('date')} />}
      </Group>
      <ScopePicker {...form.getInputProps('permissions')} />
    </FormDialog>
  );
}
