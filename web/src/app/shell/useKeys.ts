import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import type { NavEntry } from '@/app/nav';

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
/** A dialog keeps the keyboard for itself. */
const isOverlaid = () => document.querySelector('[aria-modal=true]') !== null;

/** `g` and then a letter goes to a page, `?` lists what else there is. */
export function useKeys(entries: NavEntry[], showKeys: () => void) {
  const navigate = useNavigate();
  const press = useEffectEvent((key: string, isSecond: boolean): boolean => {
    if (key === '?') {
      showKeys();
      return true;
    }
    const entry = isSecond && entries.find((one) => one.keys === `g ${key}`);
    if (entry) void navigate({ to: entry.to as string });
    return Boolean(entry);
  });
  useEffect(() => {
    let pressedAt = -Infinity;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOverlaid()) return;
      const isSecond = event.timeStamp - pressedAt < 1000;
      pressedAt = event.key === 'g' ? event.timeStamp : -Infinity;
      if (press(event.key, isSecond)) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
