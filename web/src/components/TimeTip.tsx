import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { dateTime, utc } from '@/lib/time';

/** The exact time in the person's zone and in UTC, over what is pointed at. */
export default function TimeTip({ at, leave, children }: { at: string | number; leave: () => void; children: ReactElement }) {
  return <Tooltip label={<>{dateTime(at)}<br />{utc(at)}</>} defaultOpened onMouseLeave={leave}>{children}</Tooltip>;
}
