import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { QueryState } from '@/components/QueryState';
import { SiteLink } from '@/components/SiteLink';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api } from '@/lib/api';
import { Card } from './Card';
import classes from './dashboard.module.css';

export function RecentFaults() {
  const faults = $api.useQuery('get', '/fault', { params: { query: { limit: 8 } } });
  return (
    <Card title="Recent faults" more={<Anchor component={Link} to="/faults" size="sm">All faults</Anchor>}>
      <QueryState query={faults} isEmpty={({ data }) => data.length === 0} empty={<Text size="sm" className="quiet">No fault was recorded yet.</Text>}>
        {({ data }) => (
          <ul className={classes.list}>
            {data.map((fault) => (
              <li key={fault.id} className={classes.item}>
                <StatusBadge state={fault.status === 'resolved' ? 'resolved' : 'open'} iconOnly />
                <div className={classes.grow}>
                  <div><Anchor component={Link} to="/faults" search={{ fault: fault.id } as never} c="inherit" fw={600} underline="hover" fz="inherit">{fault.message}</Anchor></div>
                  <div className="quiet">{fault.status === 'resolved' ? `Over after ${fault.duration}` : `For ${fault.duration} now`}{fault.site_id && fault.site_name ? <> · <SiteLink site={fault.site_id} c="inherit">{fault.site_name}</SiteLink></> : null}</div>
                </div>
                <TimeText at={fault.created_at} style="narrow" />
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}
