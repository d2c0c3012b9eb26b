import type { Schemas } from '@/lib/api';
import { plural } from '@/lib/format';

export type Health = Schemas['FleetHealth'];
export const ranges = { '24h': 24, '7d': 168, '14d': 336 } as const;
export type Range = keyof typeof ranges;

/** As the chart wants it: seconds, and a hole where the platform did not look. */
export function healthSeries({ points, step_s: step }: Health) {
  const times: number[] = [];
  const online: (number | null)[] = [];
  const offline: (number | null)[] = [];
  const faults: (number | null)[] = [];
  for (const point of points) {
    const at = Date.parse(point.at) / 1000;
    const before = times.at(-1);
    if (before !== undefined && at - before > 1.5 * step) {
      times.push(before + step);
      for (const line of [online, offline, faults]) line.push(null);
    }
    times.push(at);
    online.push(point.online);
    offline.push(point.offline);
    faults.push(point.open_faults);
  }
  return { times, online, offline, faults };
}

export function healthSummary({ points }: Health): string {
  const last = points.at(-1);
  if (!last) return 'Nothing was recorded in this time.';
  const worst = points.reduce((most, point) => Math.max(most, point.offline), 0);
  return `At the end ${plural(last.online, 'site')} online and ${last.offline} offline; at worst ${worst} offline.`;
}
