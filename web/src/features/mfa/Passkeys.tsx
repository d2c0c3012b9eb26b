import { Button, Menu, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { refresh } from '@/app/queryClient';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { RowMenu } from '@/components/RowMenu';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { client, type Schemas } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';
import { createPasskey, hasPasskeys } from './createPasskey';
import { ProofDialog } from './ProofDialog';
import { RecoveryCodesDialog } from './RecoveryCodes';

type Passkey = Schemas['Passkey'];
type Step = { kind: 'add' } | { kind: 'rename' | 'remove'; passkey: Passkey } | { kind: 'codes'; codes: string[] } | null;
const changed = () => refresh('/me', '/me/passkeys', '/oauth/2fa-recovery-codes', '/users');

export function Passkeys({ passkeys }: { passkeys: Passkey[] }) {
  const [step, setStep] = useState<Step>(null);
  const close = () => setStep(null);
  const add = async (proof: Schemas['IdentityProof']) => {
    const added = await createPasskey(proof);
    await changed();
    notifyDone(`${added.passkey.name} was added. You can sign in with it from now on.`);
    setStep(added.recovery_codes.length > 0 ? { kind: 'codes', codes: added.recovery_codes } : null);
  };
  return (
    <Section title="Passkeys" description="Fingerprint, face, PIN or a security key instead of password and code."
      actions={hasPasskeys() && <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setStep({ kind: 'add' })}>Add passkey</Button>}>
      {!hasPasskeys() && <Text size="sm" className="quiet">This browser has no passkeys; they need HTTPS.</Text>}
      {passkeys.length > 0 && (
        <ShortTable label="Passkeys" head={['Name', 'Added', 'Last used', '_Actions']} minWidth={480}>
          {passkeys.map((passkey) => <PasskeyRow key={passkey.id} passkey={passkey} onRename={() => setStep({ kind: 'rename', passkey })} onRemove={() => setStep({ kind: 'remove', passkey })} />)}
        </ShortTable>
      )}
      {step?.kind === 'add' && <ProofDialog title="Add a passkey" action="Go on" body="First show that it is you; then your browser asks for the passkey." onProof={add} onClose={close} />}
      {step?.kind === 'rename' && <RenameDialog passkey={step.passkey} onClose={close} />}
      {step?.kind === 'remove' && (
        <ProofDialog title={`Delete ${step.passkey.name}`} action="Delete passkey" body="Nobody signs in with it any more. Remove it from the device, too. With the last factor the recovery codes go." onClose={close}
          onProof={async (body) => { await client.DELETE('/me/passkeys/{id}', { params: { path: { id: step.passkey.id } }, body }); await changed(); notifyDone('The passkey was deleted.'); close(); }} />
      )}
      {step?.kind === 'codes' && <RecoveryCodesDialog codes={step.codes} onClose={close} />}
    </Section>
  );
}

function PasskeyRow({ passkey, onRename, onRemove }: { passkey: Passkey; onRename: () => void; onRemove: () => void }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Stack gap={2}>
          <Text size="sm" fw={600}>{passkey.name}</Text>
          <Text size="xs" className="quiet">{passkey.backed_up ? 'Copied to your other devices' : passkey.backup_eligible ? 'On one device, can be copied' : 'On this device or key only'}</Text>
          {!passkey.usable && <StatusBadge state="warn" word={`Made for ${passkey.rp_id}, of no use here`} />}
        </Stack>
      </Table.Td>
      <Table.Td><TimeText at={passkey.created_at} /></Table.Td>
      <Table.Td><TimeText at={passkey.last_used_at} none="never" /></Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for ${passkey.name}`}>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onRename}>Rename</Menu.Item>
          <Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={onRemove}>Delete</Menu.Item>
        </RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const form = useForm({ initialValues: { name: passkey.name }, validate: { name: (name) => (name.trim() ? null : 'A name by which you know it.') } });
  const sending = useSubmit(form, async ({ name }) => {
    await client.PUT('/me/passkeys/{id}', { params: { path: { id: passkey.id } }, body: { name: name.trim() } });
    await refresh('/me/passkeys');
    onClose();
  });
  return (
    <FormDialog title="Rename the passkey" action="Rename" sending={sending} onClose={onClose}>
      <TextInput label="Name" maxLength={100} required data-autofocus {...form.getInputProps('name')} />
    </FormDialog>
  );
}
