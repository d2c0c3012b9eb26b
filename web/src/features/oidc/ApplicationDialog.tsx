import { Radio, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { ScopePicker } from '@/features/identity/ScopePicker';
import { client } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';
import { checkRedirects, fieldsOf, kinds, requestOf, type OAuthClient } from './clients';

interface Props {
  /** Absent: a new one. */
  app?: OAuthClient;
  onClose: () => void;
  onSecret: (app: OAuthClient) => void;
}

export function ApplicationDialog({ app, onClose, onSecret }: Props) {
  const form = useForm({
    initialValues: fieldsOf(app),
    validate: { name: (name) => (name.trim() ? null : 'The application needs a name; people see it when they sign in.'), redirects: (text, { kind }) => checkRedirects(text, kind) },
  });
  const sending = useSubmit(form, async (values) => {
    const body = requestOf(values, app);
    const { data } = app ? await client.PUT('/oauth/clients/{client}', { params: { path: { client: app.client_id } }, body }) : await client.POST('/oauth/clients', { body });
    await refresh('/oauth/clients');
    onClose();
    if (data!.client_secret) onSecret(data!);
    else notifyDone(app ? `${data!.name} was changed.` : `${data!.name} was registered. Its client id is in the list.`);
  });
  const { kind } = form.getValues();
  return (
    <FormDialog title={app ? `Edit ${app.name}` : 'Register an application'} action={app ? 'Save' : 'Register'} size="lg" sending={sending} onClose={onClose} disabled={app !== undefined && !form.isDirty()}>
      <TextInput label="Name" description="People see it when they are asked to allow the application." maxLength={100} required data-autofocus {...form.getInputProps('name')} />
      <Radio.Group label="Kind" {...form.getInputProps('kind')}>
        <Stack gap="xs" mt={6}>{kinds.map((one) => <Radio key={one.value} value={one.value} label={one.label} description={one.description} />)}</Stack>
      </Radio.Group>
      {kind !== 'service' && (
        <>
          <Textarea label="Addresses to come back to" description="Redirect URIs, one a line, compared character by character." placeholder="https://app.example.com/callback" autosize minRows={2} maxRows={6} required spellCheck={false}
            {...form.getInputProps('redirects')} error={form.errors.redirects ?? form.errors.redirect_uris} />
          <Textarea label="Addresses after signing out" description="One a line; may stay empty." autosize minRows={1} maxRows={4} spellCheck={false} {...form.getInputProps('logouts')} error={form.errors.post_logout_redirect_uris} />
          <Switch label="Stays signed in" description="May renew its access without the person (refresh tokens)." {...form.getInputProps('stays', { type: 'checkbox' })} />
        </>
      )}
      <TextInput label="Page about it" placeholder="https://app.example.com" type="url" {...form.getInputProps('homepage')} />
      <ScopePicker label="Permissions it may ask for" height={260} {...form.getInputProps('scopes')} />
    </FormDialog>
  );
}
