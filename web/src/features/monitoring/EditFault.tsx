import { Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { client } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';
import { changesOf, valuesOf } from './faultChanges';
import type { Fault } from './faultColumns';
import { severities, severityWord } from './SeverityBadge';

/** What people reported, people put right: message, severity and cause. */
export default function EditFault({ fault, close, changed }: { fault: Fault; close: () => void; changed: (fault: Fault) => void }) {
  const form = useForm({ initialValues: valuesOf(fault), validate: { message: (message) => (message.trim() === '' ? 'What happened?' : null) } });
  const sending = useSubmit(form, async (values) => {
    const { data } = await client.PUT('/fault/{fault}', { params: { path: { fault: fault.id } }, body: changesOf(fault, values) });
    changed(data!);
    notifyDone('The fault was changed.');
    close();
  });
  return (
    <FormDialog title="Edit the fault" action="Save" sending={sending} onClose={close} disabled={!form.isDirty()}>
      <TextInput label="What happened" required data-autofocus maxLength={500} {...form.getInputProps('message')} />
      <Select label="Severity" data={severities.map((one) => ({ value: one, label: severityWord(one) }))} allowDeselect={false} {...form.getInputProps('severity')} />
      <Textarea label="Cause" placeholder="If it is known" maxLength={255} autosize {...form.getInputProps('cause')} />
    </FormDialog>
  );
}
