import { Alert, Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Modal } from '@/components/Dialog';
import { SiteSelect } from '@/components/SiteSelect';
import { client } from '@/lib/api';
import { applyFieldErrors } from '@/lib/errors';
import { severities, severityWord, type Severity } from './SeverityBadge';

/** A disturbance that the platform cannot see by itself. */
export default function CreateFault({ close, created }: { close: () => void; created: (id: string) => void }) {
  const queryClient = useQueryClient();
  const [trouble, setTrouble] = useState<string | null>(null);
  const form = useForm({
    initialValues: { type: '', message: '', severity: 'medium', cause: '', site_id: null as string | null },
    validate: {
      type: (type) => (/^[a-z0-9]+([-_][a-z0-9]+)*$/.test(type.trim()) ? null : 'A short word of small letters and digits, such as power'),
      message: (message) => (message.trim() === '' ? 'What happened?' : null),
    },
  });
  const submit = form.onSubmit(async ({ type, message, severity, cause, site_id }) => {
    setTrouble(null);
    try {
      const { data } = await client.POST('/fault', {
        body: { type: type.trim(), message: message.trim(), severity: severity as Severity, ...(cause.trim() ? { cause: cause.trim() } : {}), ...(site_id ? { site_id } : {}) },
      });
      void queryClient.invalidateQueries({ queryKey: ['fault-list'] });
      created(data!.id);
    } catch (error) {
      setTrouble(applyFieldErrors(form, error));
    }
  });
  return (
    <Modal onClose={close} title="Report a fault">
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" className="quiet">For what the platform cannot see: a power cut, a carrier's outage. It stays open until somebody resolves it.</Text>
          <TextInput label="What happened" required data-autofocus maxLength={500} {...form.getInputProps('message')} />
          <Group grow align="flex-start">
            <Select label="Severity" data={severities.map((one) => ({ value: one, label: severityWord(one) }))} allowDeselect={false} {...form.getInputProps('severity')} />
            <TextInput label="Type" required placeholder="power" maxLength={40} {...form.getInputProps('type')} />
          </Group>
          <Textarea label="Cause" placeholder="If it is known" maxLength={255} autosize {...form.getInputProps('cause')} />
          <SiteSelect label="Site" description="If it concerns one" value={form.values.site_id} onChange={(site) => form.setFieldValue('site_id', site)} error={form.errors.site_id} />
          {trouble && <Alert color="red" role="alert">{trouble}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" loading={form.submitting}>Report</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
