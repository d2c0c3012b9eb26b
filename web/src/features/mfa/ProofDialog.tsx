import { PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { FormDialog } from '@/components/FormDialog';
import { useMe } from '@/lib/me';
import { useSubmit } from '@/lib/useSubmit';
import { cleanProof, type Proof } from './proof';

interface Props {
  title: string;
  body: ReactNode;
  action: string;
  /** Both, as far as the account has them; else one of them is enough. */
  both?: boolean;
  onProof: (proof: Proof) => Promise<unknown>;
  onClose: () => void;
}

/** Whoever finds an open browser must not change how its owner signs in: the password or a code is asked for anew. */
export function ProofDialog({ title, body, action, both = false, onProof, onClose }: Props) {
  const hasFactor = useMe()?.mfa_enabled ?? false;
  const form = useForm({ initialValues: { password: '', code: '' } });
  const sending = useSubmit(form, (values) => onProof(cleanProof(values, both)));
  return (
    <FormDialog title={title} action={action} sending={sending} onClose={onClose}>
      <Text size="sm" component="div">{body}</Text>
      <Stack gap="sm">
        <PasswordInput label="Your password" autoComplete="current-password" data-autofocus description={hasFactor && !both ? 'Or a code below.' : undefined} {...form.getInputProps('password')} />
        {hasFactor && <TextInput label="Code of your authenticator app, or a recovery code" autoComplete="one-time-code" maxLength={40} spellCheck={false} {...form.getInputProps('code')} />}
      </Stack>
    </FormDialog>
  );
}
