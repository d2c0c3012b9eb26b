import { Box, Group, Paper, Text, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { QueryState } from '@/components/QueryState';
import { $api, type Schemas } from '@/lib/api';
import { plural } from '@/lib/format';
import classes from './AvailabilityStrip.module.css';

type Hour = Schemas['UptimeHour'];

/** good, some, bad, or nothing known: in words first, colour follows. */
export function gradeOf(hour: Pick<Hour, 'total_minutes_down'>): 'up' | 'partly' | 'down' {
  if (hour.total_minutes_down < 1) return 'up';
  return hour.total_minutes_down >= 30 ? 'down' : 'partly';
}
const words = { up: 'no outage', partly: 'partly down', down: 'down' };

export function summaryOf(hours: readonly Hour[]): string {
  const down = hours.reduce((sum, hour) => sum + hour.total_minutes_down, 0);
  const listened = hours.length * 60;
  if (listened === 0) return 'Nothing was measured yet.';
  return `${(100 - (100 * down) / listened).toFixed(2)} % available in the last ${plural(hours.length, 'hour')}, ${plural(Math.round(down), 'minute')} down.`;
}

/** The last 24 hours, an hour a bar. */
export function AvailabilityStrip({ siteId }: { siteId: string }) {
  const stats = $api.useQuery('get', '/site/mikrotik-stats/{site}', { params: { path: { site: siteId } } }, { refetchInterval: 60_000 });
  return (
    <Paper p="md" component="section" aria-labelledby="availability">
      <Title order={2} id="availability" mb="xs">Availability</Title>
      <QueryState query={stats} rows={1} empty={<Text className="quiet" size="sm">Nothing was measured yet. The first hour shows soon after the first heartbeat.</Text>}>
        {(hours) => (
          <>
            <Text size="sm" mb="xs">{summaryOf(hours)}</Text>
            <Group gap={3} wrap="nowrap" className={classes.strip} aria-hidden>
              {hours.map((hour) => {
                const grade = gradeOf(hour);
                return (
                  <Tooltip key={`${hour.date_formatted} ${hour.time_formatted}`} label={`${hour.date_formatted} ${hour.time_formatted}: ${words[grade]}${grade === 'up' ? '' : `, ${Math.round(hour.total_minutes_down)} min`}`}>
                    <Box className={classes.hour} data-grade={grade} />
                  </Tooltip>
                );
              })}
            </Group>
            <Group justify="space-between" mt={4}>
              <Text size="xs" className="quiet">{hours[0]?.date_formatted} {hours[0]?.time_formatted}</Text>
              <Text size="xs" className="quiet">now</Text>
            </Group>
            <VisuallyHidden>
              <ul>{hours.filter((hour) => gradeOf(hour) !== 'up').map((hour) => <li key={hour.date_formatted + hour.time_formatted}>{hour.date_formatted} {hour.time_formatted}: {Math.round(hour.total_minutes_down)} minutes down</li>)}</ul>
            </VisuallyHidden>
          </>
        )}
      </QueryState>
    </Paper>
  );
}
