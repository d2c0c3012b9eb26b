// The moment in which a session ends while somebody works: calls wait, a dialog asks to sign in again, then they go on.
import { useSyncExternalStore } from 'react';

let ended = false;
const listeners = new Set<() => void>();
let waiting: (() => void)[] = [];

const notify = () => listeners.forEach((listener) => listener());

export function reportSessionEnd() {
  if (ended) return;
  ended = true;
  notify();
}

export function reportSessionBack() {
  ended = false;
  const go = waiting;
  waiting = [];
  go.forEach((resume) => resume());
  notify();
}

export const hasSessionEnded = () => ended;
export const waitForSession = () => (ended ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve());

export const useSessionEnded = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
