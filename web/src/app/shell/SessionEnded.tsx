import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Modal } from '@/components/Dialog';
import { signInBeside, signOut } from '@/lib/auth';
import { reportSessionBack } from '@/lib/session';

/** The session has ended while somebody worked: nothing on the page is lost, calls wait until the sign-in beside it is done. */
export default function SessionEnded() {
  const [busy, setBusy] = useState(false);
  const again = async () => {
    setBusy(true);
    if (await signInBeside()) reportSessionBack();
    setBusy(false);
  };
  return (
    <Modal onClose={() => {}} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title="You were signed out">
      <Text size="sm" mb="md">Your session has ended. Sign in again in a small window; this page stays as it is and goes on where it stopped.</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={signOut}>Leave</Button>
        <Button onClick={() => void again()} loading={busy} data-autofocus>Sign in again</Button>
      </Group>
    </Modal>
  );
}
