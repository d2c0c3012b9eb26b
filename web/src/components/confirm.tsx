import { lazy, type ReactNode } from 'react';
import { openDialog } from './dialogs';

const ConfirmDialog = lazy(() => import('./ConfirmDialog'));

export interface Question {
  title: string;
  body: ReactNode;
  /** The verb on the button: "Delete site". */
  action: string;
  /** What must be typed first, for what cannot be taken back. */
  typed?: string;
  run: () => void | Promise<unknown>;
}

/** Asks before something that cannot be undone. What can be undone is done, with an undo (see notify.tsx). */
export function confirm(question: Question) {
  openDialog((close) => <ConfirmDialog {...question} close={close} />);
}
