// Times: UTC on the wire, the person's zone and language on the screen.
import { useSyncExternalStore } from 'react';

let style: { timezone?: string; locale?: string } = {};
export function setTimeStyle(next: { timezone?: string; locale?: string }) {
  style = next;
  formatters.clear();
}

/** Making one costs a hundred times what using it does, and a table shows hundreds of times. */
const formatters = new Map<string, Intl.DateTimeFormat | Intl.RelativeTimeFormat>();
function kept<T extends Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const known = formatters.get(key) as T | undefined;
  if (known) return known;
  const made = make();
  formatters.set(key, made);
  return made;
}

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(JSON.stringify(options), () => {
    try {
      return new Intl.DateTimeFormat(style.locale || undefined, { timeZone: style.timezone || undefined, ...options });
    } catch {
      return new Intl.DateTimeFormat(undefined, options); // a zone or language that this browser does not know
    }
  });
}

export const dateTime = (iso: string | number) => formatter({ dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));
export const dateTimeShort = (iso: string | number) =>
  formatter({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(iso));
export const timeOnly = (iso: string | number) => formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(iso));
export const utc = (iso: string | number) => new Date(iso).toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

const units: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** "3 minutes ago", "in 2 hours". */
export function relative(iso: string | number, now = Date.now(), width: 'long' | 'narrow' = 'long'): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return kept(width, () => new Intl.RelativeTimeFormat(style.locale || undefined, { numeric: 'auto', style: width })).format(Math.trunc(seconds / size), unit);
}

/** "1 h 05 min", "12 s", "340 ms". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

// One clock for the whole page, so that a thousand relative times cost one timer.
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  if (listeners.size === 0 && Date.now() - now > 10_000) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((tell) => tell());
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export const useNow = () => useSyncExternalStore(subscribe, () => now);
