import { lazy, Suspense, useState } from 'react';
import { dateTime, dateTimeShort, relative, useNow } from '@/lib/time';

const TimeTip = lazy(() => import('./TimeTip'));

type Style = 'relative' | 'narrow' | 'short' | 'full';

function textOf(at: string | number, style: Style, now: number): string {
  if (style === 'short') return dateTimeShort(at);
  if (style === 'full') return dateTime(at);
  // The page's clock ticks every ten seconds, later when the machine is busy: what arrived since is now, not in the future.
  const then = new Date(at).getTime();
  const clock = then > now && then - now <= 30_000 ? then : now;
  return relative(at, clock, style === 'narrow' ? 'narrow' : 'long');
}

/** A moment: how long ago by default (`narrow` for columns: "3h ago"); the exact time in the person's zone and in UTC on hover. */
export function TimeText({ at, style = 'relative', none = '–' }: { at: string | number | null | undefined; style?: Style; none?: string }) {
  const now = useNow();
  const [pointed, setPointed] = useState(false); // a tooltip costs more than a row: made when it is wanted
  if (at === null || at === undefined) return <span className="quiet">{none}</span>;
  const text = <time dateTime={new Date(at).toISOString()} className="nowrap" onMouseEnter={() => setPointed(true)}>{textOf(at, style, now)}</time>;
  return pointed ? <Suspense fallback={text}><TimeTip at={at} leave={() => setPointed(false)}>{text}</TimeTip></Suspense> : text;
}
