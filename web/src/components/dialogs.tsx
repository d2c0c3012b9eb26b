// Dialogs that are opened by a call instead of a place in a page: questions, secrets that are shown once.
import { Suspense, useSyncExternalStore, type ReactNode } from 'react';
import { focused, FocusOrigin } from './focusOrigin';

type Content = (close: () => void) => ReactNode;
interface Opened {
  id: number;
  content: Content;
  origin: HTMLElement | null;
}

let opened: readonly Opened[] = [];
let lastId = 0;
const listeners = new Set<() => void>();
function change(next: readonly Opened[]) {
  opened = next;
  listeners.forEach((tell) => tell());
}

export function openDialog(content: Content) {
  lastId += 1;
  change([...opened, { id: lastId, content, origin: focused() }]);
}

/** Where they are drawn: once, around the pages. */
export function Dialogs() {
  const list = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened,
  );
  return <Suspense fallback={null}>{list.map(({ id, content, origin }) => <FocusOrigin key={id} value={origin}>{content(() => change(opened.filter((one) => one.id !== id)))}</FocusOrigin>)}</Suspense>;
}
