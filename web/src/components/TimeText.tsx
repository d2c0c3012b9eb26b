import { Tooltip } from '@mantine/core';
import { useState } from 'react';
import { dateTime, dateTimeShort, relative, useNow, utc } from '@/lib/time';

type Style = 'relative' | 'narrow' | 'short' | 'full';

function textOf(at: string | number, style: Style, now: number): string {
  if (style === 'short') return dateTimeShort(at);
  if (style === 'full') return dateTime(at);
  // The page's clock ticks every ten seconds: what arrived since is now, not in the future.
  const then = new Date(at).getTime();
  const clock = then > now && then - now <= 11_000 ? then : now;
  return relative(at, clock, style === 'narrow' ? 'narrow' : 'long');
}

/** A moment: how long ago by default (`narrow` for columns: "3h ago"); the exact time in the person's zone and in UTC on hover. */
export function TimeText({ at, style = 'relative', none = '–' }: { at: string | number | null | undefined; style?: Style; none?: string }) {
  const now = useNow();
  const [pointed, setPointed] = useState(false); // a tooltip costs more than a row: made when it is wanted
  if (at === null || at === undefined) return <span className="quiet">{none}</span>;
  const text = <time dateTime={new Date(at).toISOString()} className="nowrap" onMouseEnter={() => setPointed(true)}>{textOf(at, style, now)}</time>;
  return pointed ? <Tooltip label={<>{dateTime(at)}<br />{utc(at)}</>} defaultOpened onMouseLeave={() => setPointed(false)}>{text}</Tooltip> : text;
}
