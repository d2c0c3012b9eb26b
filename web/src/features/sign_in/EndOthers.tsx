import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { refresh } from '@/app/queryClient';
import { Modal } from '@/components/Dialog';
import { notifyDone } from '@/components/notify';
import { client } from '@/lib/api';
import { count, plural } from '@/lib/format';
import { endSessions, type Ending } from './endSessions';

const end = (id: string) => client.DELETE('/me/sessions/{id}', { params: { path: { id } } });

/** Asks, then ends one after the other and says how far it is; what did not end can be tried again. */
export function EndOthers({ sessions, close }: { sessions: string[]; close: () => void }) {
  const [ending, setEnding] = useState<Ending | null>(null);
  const [running, setRunning] = useState(false);
  const run = async (ids: string[]) => {
    setRunning(true);
    setEnding({ total: ids.length, ended: 0, failed: [] });
    const result = await endSessions(ids, end, setEnding);
    await refresh('/me/sessions');
    setRunning(false);
    if (result.failed.length > 0) return;
    notifyDone('You are signed in only here now.');
    close();
  };
  const failed = running ? [] : (ending?.failed ?? []);
  return (
    <Modal onClose={close} title="Sign out everywhere else" closeOnClickOutside={!running} closeOnEscape={!running} withCloseButton={!running}>
      <Stack>
        <Text size="sm">{plural(sessions.length, 'other session')} and what was opened in them end at once. This browser stays signed in.</Text>
        {ending && (
          <Stack gap={4}>
            <Progress value={(100 * (ending.ended + ending.failed.length)) / ending.total} aria-label="Sessions ended" />
            <Text size="sm" role="status" className="tabular">{count(ending.ended)} of {plural(ending.total, 'session')} ended</Text>
          </Stack>
        )}
        {failed.length > 0 && <Alert color="red" role="alert">{plural(failed.length, 'session')} could not be ended. Try again; if it does not help, change your password.</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} disabled={running} data-autofocus>Cancel</Button>
          <Button color="red" loading={running} onClick={() => void run(failed.length > 0 ? failed : sessions)}>{failed.length > 0 ? `Try ${plural(failed.length, 'session')} again` : 'Sign out everywhere else'}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
