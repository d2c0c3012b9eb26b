import { createContext } from 'react';

/** What has the focus; of a menu that closes, its button. */
export function focused(): HTMLElement | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return null;
  const owner = active.closest('[role=menu]')?.getAttribute('aria-labelledby');
  return (owner ? document.getElementById(owner) : null) ?? active;
}

/** Where a dialog came from that was asked for before it could be drawn. */
export const FocusOrigin = createContext<HTMLElement | null>(null);
