import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { client, type Schemas } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';

export type Runbook = Schemas['Runbook'];

/** A new one, or another name. */
export function RunbookDialog({ runbook, onClose }: { runbook?: Runbook; onClose: () => void }) {
  const form = useForm({ initialValues: { name: runbook?.name ?? '' }, validate: { name: (name) => (name.trim() ? null : 'The runbook needs a name.') } });
  const sending = useSubmit(form, async ({ name }) => {
    const body = { name: name.trim() };
    if (runbook) await client.PUT('/runbooks/{runbook}', { params: { path: { runbook: runbook.id } }, body });
    else await client.POST('/runbooks', { body });
    await refresh('/runbooks', '/runbooks/{runbook}');
    notifyDone(runbook ? 'The runbook was renamed.' : `${body.name} was created. Its command is in the list.`);
    onClose();
  });
  return (
    <FormDialog title={runbook ? `Rename ${runbook.name}` : 'New runbook'} action={runbook ? 'Rename' : 'Create runbook'} sending={sending} onClose={onClose} disabled={runbook !== undefined && !form.isDirty()}>
      <TextInput label="Name" placeholder="Crew north" maxLength={100} required data-autofocus {...form.getInputProps('name')} />
    </FormDialog>
  );
}
