import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { messageOf } from '@/lib/errors';
import type { Question } from './confirm';
import { Modal } from './Dialog';

export default function ConfirmDialog({ title, body, action, typed, run, close }: Question & { close: () => void }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async () => {
    setBusy(true);
    try {
      await run();
      close();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal onClose={close} title={title}>
      <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Stack>
          <Text component="div" size="sm">{body}</Text>
          {typed && <TextInput label={<>Type <b>{typed}</b> to confirm</>} value={text} onChange={(event) => setText(event.currentTarget.value)} autoComplete="off" data-autofocus />}
          {problem && <Alert color="red" role="alert">{problem}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus={typed ? undefined : true}>Cancel</Button>
            <Button type="submit" color="red" loading={busy} disabled={typed !== undefined && text !== typed}>{action}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
