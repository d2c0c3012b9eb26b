import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Modal } from '@/components/Dialog';

export default function NameViewDialog({ taken, save, close }: { taken: string[]; save: (name: string, isDefault: boolean) => void; close: () => void }) {
  const [title, setTitle] = useState('');
  const [isDefault, setDefault] = useState(false);
  const clean = title.trim();
  return (
    <Modal onClose={close} title="Save this view">
    <form onSubmit={(event) => { event.preventDefault(); save(clean, isDefault); close(); }}>
      <Stack>
        <TextInput label="Name" value={title} onChange={(event) => setTitle(event.currentTarget.value)} maxLength={60} data-autofocus placeholder="Offline branches" />
        {taken.includes(clean) && <Text size="sm" className="quiet">The view of this name is replaced.</Text>}
        <Switch label="Opens first when the site list is opened" checked={isDefault} onChange={(event) => setDefault(event.currentTarget.checked)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button type="submit" disabled={clean === ''}>Save view</Button>
        </Group>
      </Stack>
    </form>
    </Modal>
  );
}
