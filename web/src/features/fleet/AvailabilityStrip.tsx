import { Box, Group, Paper, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { availabilityNote } from '@/app/arrivals';
import { QueryState } from '@/components/QueryState';
import type { Schemas } from '@/lib/api';
import { plural } from '@/lib/format';
import { dateTimeShort, duration } from '@/lib/time';
import { availabilityQuery } from './queries';
import classes from './AvailabilityStrip.module.css';

type Hour = Schemas['SiteAvailabilityHour'];

type Measured = Pick<Hour, 'minutes_down' | 'listened_minutes'>;

/** Nothing known is not the same as well: an hour in which the platform did not listen is grey. */
export function gradeOf(hour: Measured): 'up' | 'partly' | 'down' | 'unknown' {
  if (hour.listened_minutes === 0) return 'unknown';
  if (hour.minutes_down < 1) return 'up';
  return hour.minutes_down >= hour.listened_minutes / 2 ? 'down' : 'partly';
}
const words = { up: 'no outage', partly: 'partly down', down: 'down', unknown: 'nothing was measured' };

export function summaryOf(hours: readonly Measured[]): string {
  const down = hours.reduce((sum, hour) => sum + hour.minutes_down, 0);
  const listened = hours.reduce((sum, hour) => sum + hour.listened_minutes, 0);
  if (listened === 0) return 'Nothing was measured yet.';
  return `${(100 - (100 * down) / listened).toFixed(2)} % available, ${plural(Math.round(down), 'minute')} down in ${duration(listened * 60_000)} of listening.`;
}

/** The last 24 hours, an hour a bar. */
export function AvailabilityStrip({ siteId }: { siteId: string }) {
  const stats = useQuery({ ...availabilityQuery(siteId), refetchInterval: 60_000 });
  return (
    <Paper p="md" component="section" aria-labelledby="availability">
      <Title order={2} id="availability" mb="xs">Availability</Title>
      <Text size="sm" className="quiet" mb="xs">{availabilityNote}</Text>
      <QueryState query={stats} rows={1} empty={<Text className="quiet" size="sm">Nothing was measured yet. The first hour shows soon after the first heartbeat.</Text>}>
        {(hours) => (
          <>
            <Text size="sm" mb="xs">{summaryOf(hours)}</Text>
            <Group gap={3} wrap="nowrap" className={classes.strip} aria-hidden>
              {hours.map((hour) => {
                const grade = gradeOf(hour);
                return (
                  <Box key={hour.at} className={classes.hour} data-grade={grade} title={`${dateTimeShort(hour.at)}: ${words[grade]}${hour.minutes_down < 1 ? '' : `, ${Math.round(hour.minutes_down)} min`}`} />
                );
              })}
            </Group>
            <Group justify="space-between" mt={4}>
              <Text size="xs" className="quiet">{hours[0] && dateTimeShort(hours[0].at)}</Text>
              <Text size="xs" className="quiet">now</Text>
            </Group>
            <VisuallyHidden>
              <ul>{hours.filter((hour) => hour.minutes_down >= 1).map((hour) => <li key={hour.at}>{dateTimeShort(hour.at)}: {plural(Math.round(hour.minutes_down), 'minute')} down</li>)}</ul>
            </VisuallyHidden>
          </>
        )}
      </QueryState>
    </Paper>
  );
}
