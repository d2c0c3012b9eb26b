import { SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { StatusBadge } from '@/components/StatusBadge';
import type { Schemas } from '@/lib/api';
import { count } from '@/lib/format';
import classes from './dashboard.module.css';

type Summary = Schemas['SiteSummary'];

interface TileProps {
  label: ReactNode;
  number: number;
  hint: string;
}
const Content = ({ label, number, hint }: TileProps) => (
  <>
    <span className={classes.label}>{label}</span>
    <span className={classes.number}>{count(number)}</span>
    <Text size="xs" className="quiet">{hint}</Text>
  </>
);

/** What is known, and no more: a router that is not heard of may well be working. */
export function Tiles({ summary }: { summary: Summary }) {
  const { by_state: states, jobs } = summary;
  return (
    <SimpleGrid cols={{ base: 2, md: 3, xl: 6 }} spacing="sm">
      <Link to="/sites" search={{ state: 'online' }} className={classes.tile}><Content label={<StatusBadge state="online" />} number={states.online} hint={`of ${count(summary.total)} sites: heartbeats arrive`} /></Link>
      <Link to="/sites" search={{ state: 'offline' }} className={classes.tile}><Content label={<StatusBadge state={states.offline > 0 ? 'offline' : 'none'} word="Offline" />} number={states.offline} hint="No heartbeat. Routers may still forward" /></Link>
      <Link to="/sites" search={{ state: 'pending' }} className={classes.tile}><Content label={<StatusBadge state={states.pending > 0 ? 'pending' : 'none'} word="Pending" />} number={states.pending} hint="No router adopted yet" /></Link>
      <Link to="/sites" search={{ fault: true }} className={classes.tile}><Content label={<StatusBadge state={summary.open_faults > 0 ? 'open' : 'none'} word="Open faults" />} number={summary.open_faults} hint="Disturbances that go on" /></Link>
      <div className={classes.tile}><Content label={<StatusBadge state={summary.without_backup_48h > 0 ? 'warn' : 'none'} word="No recent backup" />} number={summary.without_backup_48h} hint="Adopted, none stored in 48 hours" /></div>
      <div className={classes.tile}><Content label={<StatusBadge state={jobs.failed_24h > 0 ? 'failed' : 'none'} word="Failed jobs" />} number={jobs.failed_24h} hint={`In 24 hours. ${count(jobs.running)} running, ${count(jobs.pending)} waiting`} /></div>
    </SimpleGrid>
  );
}
