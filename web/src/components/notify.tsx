import { Anchor, Group, Text } from '@mantine/core';
import { lazy, Suspense, useSyncExternalStore, type ReactNode } from 'react';
import { messageOf } from '@/lib/errors';

type Notice = {
  id?: string;
  title?: string;
  message: ReactNode;
  color?: string;
  autoClose?: number | false;
  role?: 'alert';
  onClick?: () => void;
  onClose?: () => void;
};

const load = () => import('./Notices');
const NoticesNow = lazy(load);
let isWanted = false;
const listeners = new Set<() => void>();

/** Where notices are drawn, from the first one on. */
export function Notices() {
  const wanted = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isWanted,
  );
  return wanted ? <Suspense fallback={null}><NoticesNow /></Suspense> : null;
}

export async function notify(notice: Notice) {
  const { show } = await load();
  show(notice);
  if (isWanted) return;
  isWanted = true;
  listeners.forEach((tell) => tell());
}

export const notifyDone = (message: string) => void notify({ message, color: 'teal' });

export const notifyFailed = (error: unknown, title = 'This did not work') => void notify({ title, message: messageOf(error), color: 'red', autoClose: 10_000, role: 'alert' });

/**
 * Undo instead of "are you sure": the change shows at once, `commit` runs when the notice is gone (5 s), `revert` brings the old look back.
 * Leaving the page commits, and so does a notice that cannot be shown.
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
  const undo = () => {
    settled = true;
    window.removeEventListener('pagehide', finish);
    revert();
    void load().then(({ hide }) => hide(id));
  };
  window.addEventListener('pagehide', finish);
  notify({
    id, autoClose: 5000, onClose: finish,
    message: (
      <Group justify="space-between">
        <Text size="sm">{message}</Text>
        <Anchor component="button" type="button" size="sm" fw={600} onClick={undo}>Undo</Anchor>
      </Group>
    ),
  }).catch(finish);
}
