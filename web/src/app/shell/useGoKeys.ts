import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { NavEntry } from '@/app/nav';

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** `g` and then a letter goes to a page. */
export function useGoKeys(entries: NavEntry[]) {
  const navigate = useNavigate();
  useEffect(() => {
    let pressedAt = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === 'g') {
        pressedAt = event.timeStamp;
        return;
      }
      const entry = event.timeStamp - pressedAt < 1000 && entries.find((one) => one.keys === `g ${event.key}`);
      pressedAt = 0;
      if (!entry) return;
      event.preventDefault();
      void navigate({ to: entry.to as string });
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [entries, navigate]);
}
