import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState, type ReactNode } from 'react';
import { messageOf } from '@/lib/errors';

interface Question {
  title: string;
  body: ReactNode;
  /** The verb on the button: "Delete site". */
  action: string;
  /** What must be typed first, for what cannot be taken back. */
  typed?: string;
  run: () => void | Promise<unknown>;
}

function Body({ body, action, typed, run, close }: Question & { close: () => void }) {
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
    <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Stack>
        <Text component="div" size="sm">{body}</Text>
        {typed && <TextInput label={<>Type <b>{typed}</b> to confirm</>} value={text} onChange={(event) => setText(event.currentTarget.value)} autoComplete="off" data-autofocus />}
        {problem && <Alert color="red" role="alert">{problem}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button type="submit" color="red" loading={busy} disabled={typed !== undefined && text !== typed}>{action}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Asks before something that cannot be undone. What can be undone is done, with an undo (see notify.tsx). */
export function confirm(question: Question) {
  const id = crypto.randomUUID();
  modals.open({ modalId: id, title: question.title, children: <Body {...question} close={() => modals.close(id)} /> });
}
