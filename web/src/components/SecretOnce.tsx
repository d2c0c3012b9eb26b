import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { CopyField } from './CopyField';
import { Modal } from './Dialog';

interface Props {
  title: string;
  /** What is shown, in order: the secret first, then what helps to use it. */
  fields: { label: string; value: string }[];
  onClose: () => void;
}

/** A secret that the server shows a single time: it takes a press of a button to leave it. */
export function SecretOnce({ title, fields, onClose }: Props) {
  return (
    <Modal onClose={onClose} title={title} size="lg" closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <Stack>
        <Alert color="yellow" icon={<IconEyeOff />} title="Shown only now">Copy it to where it is needed. It is kept here as a hash and cannot be shown again.</Alert>
        {fields.map((field) => (
          <div key={field.label}>
            <Text size="sm" fw={600} mb={4}>{field.label}</Text>
            <CopyField value={field.value} label={field.label} />
          </div>
        ))}
        <Group justify="flex-end"><Button onClick={onClose} data-autofocus>I have copied it</Button></Group>
      </Stack>
    </Modal>
  );
}
