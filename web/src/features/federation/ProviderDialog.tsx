import { Collapse, PasswordInput, Select, Switch, TagsInput, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { refresh } from '@/app/queryClient';
import { CopyField } from '@/components/CopyField';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { config } from '@/app/config';
import { client } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';
import { fieldsOf, providerTypes, requestOf, type Provider, type ProviderFields } from './providers';

/** Adds one, or changes `provider`. */
export function ProviderDialog({ provider, onClose }: { provider?: Provider; onClose: () => void }) {
  const form = useForm({
    initialValues: fieldsOf(provider),
    validate: {
      name: (name) => (name.trim() ? null : 'It stands on the button of the sign-in page.'),
      client_id: (id) => (id.trim() ? null : 'The provider shows it where you register OpenStrat as an application.'),
      issuer: (issuer, { type }) => (type !== 'oidc' || /^https?:\/\//.test(issuer.trim()) ? null : 'An address such as https://sso.example.com.'),
      tenant: (tenant, { type }) => (type !== 'azure' || tenant.trim() ? null : 'The id or domain of your directory.'),
    },
  });
  const sending = useSubmit(form, async (values) => {
    const body = requestOf(values);
    if (provider) await client.PUT('/identity-providers/{id}', { params: { path: { id: provider.id } }, body });
    else await client.POST('/identity-providers', { body });
    await refresh('/identity-providers', '/login/providers');
    notifyDone(provider ? `${body.name} was changed.` : `${body.name} was added. Test it before you tell people.`);
    onClose();
  });
  const { type } = form.getValues();
  return (
    <FormDialog title={provider ? `Edit ${provider.name}` : 'Add a sign-in provider'} action={provider ? 'Save' : 'Add provider'} size="lg" sending={sending} onClose={onClose} disabled={provider !== undefined && !form.isDirty()}>
      <Select label="Type" data={providerTypes} allowDeselect={false} disabled={provider !== undefined} {...form.getInputProps('type')} />
      <TextInput label="Name" description="On the button: “Sign in with …”." maxLength={100} required {...form.getInputProps('name')} />
      <div>
        <Text size="sm" fw={500} mb={4}>Redirect URI to register there</Text>
        <CopyField value={provider?.callback_url ?? `${config.auth}/callback`} label="redirect URI" />
      </div>
      <TextInput label="Client id" required autoComplete="off" {...form.getInputProps('client_id')} />
      <PasswordInput label="Client secret" autoComplete="off" description={provider?.has_client_secret ? 'One is stored; leave this empty to keep it.' : undefined} {...form.getInputProps('client_secret')} />
      {type === 'azure' && <TextInput label="Tenant" description="Directory id or its domain; “organizations” or “common” for any." placeholder="contoso.com" required {...form.getInputProps('tenant')} />}
      {type === 'github' && <TextInput label="GitHub Enterprise Server" description="Leave empty for github.com." placeholder="https://github.example.com" {...form.getInputProps('issuer')} />}
      {type === 'oidc' && <OidcFields form={form} />}
      <TagsInput label="Mail domains" description="Only people with an address there; empty: any. Enter after each." placeholder="example.com" {...form.getInputProps('allowed_domains')} />
      <Switch label="Accounts for unknown people" description="Who has an address in these domains and signs in for the first time becomes a user with the role Viewer." {...form.getInputProps('jit_provisioning', { type: 'checkbox' })} />
      <Switch label="People may sign in with it" {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormDialog>
  );
}

function OidcFields({ form }: { form: UseFormReturnType<ProviderFields> }) {
  const [open, { toggle }] = useDisclosure(Boolean(form.getValues().authorize_url));
  return (
    <>
      <TextInput label="Issuer" description="The address that the provider calls itself by." placeholder="https://sso.example.com" required {...form.getInputProps('issuer')} />
      <UnstyledButton onClick={toggle} aria-expanded={open} fz="sm" td="underline" w="fit-content">Endpoints by hand (a provider without discovery)</UnstyledButton>
      <Collapse expanded={open}>
        <TextInput label="Authorization endpoint" {...form.getInputProps('authorize_url')} />
        <TextInput mt="xs" label="Token endpoint" {...form.getInputProps('token_url')} />
        <TextInput mt="xs" label="Userinfo endpoint" {...form.getInputProps('userinfo_url')} />
        <TextInput mt="xs" label="Keys (JWKS)" {...form.getInputProps('jwks_url')} />
      </Collapse>
    </>
  );
}
