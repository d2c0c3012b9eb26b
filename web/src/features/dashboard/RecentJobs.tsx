import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { QueryState } from '@/components/QueryState';
import { SiteLink, sitePath } from '@/components/SiteLink';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api } from '@/lib/api';
import { Card } from './Card';
import classes from './dashboard.module.css';

export function RecentJobs() {
  const jobs = $api.useQuery('get', '/jobs', { params: { query: { limit: 8 } } });
  return (
    <Card title="Recent jobs" more={<Anchor component={Link} to="/jobs/batches" size="sm">Jobs on many sites</Anchor>}>
      <QueryState query={jobs} isEmpty={({ data }) => data.length === 0} empty={<Text size="sm" className="quiet">No job was run yet.</Text>}>
        {({ data }) => (
          <ul className={classes.list}>
            {data.map((job) => (
              <li key={job.id} className={classes.item}>
                <StatusBadge state={job.status === 'pending' ? 'waiting' : job.status} iconOnly />
                <div className={classes.grow}>
                  <div><Anchor component={Link} to={`${sitePath(job.site_id)}/log` as string} search={{ job: job.id } as never} c="inherit" fw={600} underline="hover" fz="inherit">{job.description}</Anchor></div>
                  <div className="quiet"><SiteLink site={job.site_id} c="inherit">{job.site_name || 'A site that is gone'}</SiteLink>{job.failure_reason ? ` · ${job.failure_reason}` : ''}</div>
                </div>
                <TimeText at={job.completed_at ?? job.failed_at ?? job.started_at ?? job.created_at} style="narrow" />
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}
