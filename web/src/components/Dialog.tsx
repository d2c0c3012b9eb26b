// Dialogs and drawers: the focus goes back to where it came from, and Escape closes the topmost only.
import { Drawer as MantineDrawer, Modal as MantineModal, type DrawerProps, type ModalProps } from '@mantine/core';
import { use, useEffect, useRef, useState } from 'react';
import { focused, FocusOrigin } from './focusOrigin';

/** Dialogs are mounted while they are open. */
function useFocusReturn() {
  const origin = use(FocusOrigin);
  const [before] = useState(() => origin ?? focused());
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      setTimeout(() => {
        const isFree = document.activeElement === null || document.activeElement === document.body;
        if (gone.current && isFree) (before?.isConnected ? before : document.getElementById('content'))?.focus({ preventScroll: true });
      });
    };
  }, [before]);
}

const open: symbol[] = [];

function useEscape(onClose: () => void, isWanted: boolean) {
  const latest = useRef(onClose);
  useEffect(() => {
    latest.current = onClose;
  });
  useEffect(() => {
    const self = Symbol('dialog');
    open.push(self);
    const listen = (event: KeyboardEvent) => {
      // A list of choices that is open inside takes the key for itself.
      const isTaken = event.isComposing || (event.target as HTMLElement | null)?.getAttribute?.('data-mantine-stop-propagation') === 'true';
      if (event.key !== 'Escape' || isTaken || open.at(-1) !== self || !isWanted) return;
      event.stopImmediatePropagation();
      latest.current();
    };
    window.addEventListener('keydown', listen, true);
    return () => {
      open.splice(open.indexOf(self), 1);
      window.removeEventListener('keydown', listen, true);
    };
  }, [isWanted]);
}

type Open<P> = Omit<P, 'opened'>;

export function Modal({ closeOnEscape = true, ...props }: Open<ModalProps>) {
  useFocusReturn();
  useEscape(props.onClose, closeOnEscape);
  return <MantineModal opened closeOnEscape={false} returnFocus={false} {...props} />;
}

export function Drawer({ closeOnEscape = true, ...props }: Open<DrawerProps>) {
  useFocusReturn();
  useEscape(props.onClose, closeOnEscape);
  return <MantineDrawer opened closeOnEscape={false} returnFocus={false} {...props} />;
}
