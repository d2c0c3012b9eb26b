import { Tooltip } from '@mantine/core';
import { dateTime, dateTimeShort, relative, useNow, utc } from '@/lib/time';

/** A moment: how long ago by default; the exact time in the person's zone and in UTC on hover and focus. */
export function TimeText({ at, style = 'relative', none = '–' }: { at: string | number | null | undefined; style?: 'relative' | 'short' | 'full'; none?: string }) {
  const now = useNow();
  if (at === null || at === undefined) return <span className="quiet">{none}</span>;
  const text = style === 'relative' ? relative(at, now) : style === 'short' ? dateTimeShort(at) : dateTime(at);
  return (
    <Tooltip label={<>{dateTime(at)}<br />{utc(at)}</>}>
      <time dateTime={new Date(at).toISOString()} className="nowrap">{text}</time>
    </Tooltip>
  );
}
