import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { count, percent } from '@/lib/format';
import { Card } from './Card';
import classes from './dashboard.module.css';

interface Share {
  name: string;
  count: number;
}

/** How many sites have what; each bar leads to them. */
export function Shares({ title, shares, total, field }: { title: string; shares: Share[]; total: number; field: 'version' | 'model' }) {
  const most = Math.max(1, ...shares.map((share) => share.count));
  return (
    <Card title={title}>
      {shares.length === 0 && <Text size="sm" className="quiet">Known as soon as a router is adopted.</Text>}
      {shares.slice(0, 8).map((share) => (
        <Link key={share.name} to="/sites" search={{ [field]: [share.name] }} className={classes.bar}>
          <span className={classes.barName} title={share.name}>{share.name}</span>
          <span className={classes.barTrack} aria-hidden><span className={classes.barFill} style={{ display: 'block', width: `${(100 * share.count) / most}%` }} /></span>
          <span className="tabular">{count(share.count)} <span className="quiet">{percent(share.count, total)}</span></span>
        </Link>
      ))}
    </Card>
  );
}
