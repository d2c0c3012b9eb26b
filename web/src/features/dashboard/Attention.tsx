import { Anchor, Group, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { SiteLink } from '@/components/SiteLink';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import type { Schemas } from '@/lib/api';
import { nextStep } from './attention';
import { Card } from './Card';
import classes from './dashboard.module.css';

/** Worst first, each with what to do next. */
export function Attention({ items }: { items: Schemas['SiteAttention'][] }) {
  return (
    <Card title="Needs attention now">
      {items.length === 0 ? (
        <Group gap="xs" py="md"><IconCircleCheck size={20} color="var(--state-online)" aria-hidden /><Text size="sm">Nothing needs you: no site is silent, no fault is open, backups are recent.</Text></Group>
      ) : (
        <ul className={classes.list}>
          {items.map((item) => {
            const step = nextStep(item.kind, item.site_id);
            return (
              <li key={`${item.site_id} ${item.kind}`} className={classes.item}>
                <StatusBadge state={step.state} word={step.title} iconOnly />
                <div className={classes.grow}>
                  <div><SiteLink site={item.site_id} fw={600} c="inherit">{item.name}</SiteLink></div>
                  <div className="quiet" title={item.detail}>{item.detail} · <TimeText at={item.since} /></div>
                </div>
                <Anchor component={Link} to={step.to} search={step.search as never} size="sm" className={`nowrap ${classes.next}`}>{step.action}</Anchor>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
