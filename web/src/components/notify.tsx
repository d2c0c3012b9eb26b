import { Anchor, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { messageOf } from '@/lib/errors';

export const notifyDone = (message: string) => notifications.show({ message, color: 'teal' });

export const notifyFailed = (error: unknown, title = 'This did not work') =>
  notifications.show({ title, message: messageOf(error), color: 'red', autoClose: 10_000, role: 'alert' });

/**
 * Undo instead of "are you sure": the change shows at once, `commit` runs when the notice is gone (5 s), `revert` brings the old look back.
 * Leaving the page commits.
 */
export function withUndo({ message, commit, revert }: { message: string; commit: () => Promise<unknown>; revert: () => void }) {
  const id = crypto.randomUUID();
  let settled = false;
  const finish = () => {
    if (settled) return;
    settled = true;
    window.removeEventListener('pagehide', finish);
    commit().catch((error: unknown) => {
      revert();
      notifyFailed(error);
    });
  };
  window.addEventListener('pagehide', finish);
  notifications.show({
    id, autoClose: 5000, onClose: finish,
    message: (
      <Group justify="space-between">
        <Text size="sm">{message}</Text>
        <Anchor component="button" type="button" size="sm" fw={600}
          onClick={() => { settled = true; revert(); notifications.hide(id); }}>Undo</Anchor>
      </Group>
    ),
  });
}
