// What people without an account see behind a shared link: the faults of a team, on a wall or on a phone.
import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconClockOff, IconCloudOff, IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { config } from '@/app/config';
import { ErrorState } from '@/components/ErrorState';
import { PageSkeleton } from '@/components/PageSkeleton';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { openClient } from '@/lib/api';
import { messageOf } from '@/lib/errors';
import { plural } from '@/lib/format';
import { duration, useNow } from '@/lib/time';
import { SeverityBadge } from '../SeverityBadge';
import { arrange, endingOf, endOf, tokenOf, type Ending, type SharedFault } from './board';
import classes from './board.module.css';

const everyMs = 15_000;

function useToken() {
  const [token, setToken] = useState(() => tokenOf(location.hash));
  useEffect(() => {
    const follow = () => setToken(tokenOf(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return token;
}

export function FaultBoard() {
  const token = useToken();
  const query = useQuery({
    queryKey: ['shared-faults', token], enabled: token !== '', retry: false, staleTime: 0,
    queryFn: async ({ signal }) => (await openClient.GET('/faults/token/{token}', { params: { path: { token } }, signal })).data!,
    refetchInterval: ({ state }) => (endingOf(state.error) ? false : everyMs), refetchIntervalInBackground: true,
  });
  const ending = token === '' ? 'wrong' : endingOf(query.error);
  const { open, ended } = arrange(query.data ?? []);
  useEffect(() => {
    document.title = `${ending || !query.data ? '' : `(${open.length}) `}Faults – ${config.brand.name}`;
  }, [ending, open.length, query.data]);
  return (
    <main className={classes.page}>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start">
          <div><Text fw={700} className="quiet">{config.brand.name}</Text><Title order={1}>Faults</Title></div>
          {!ending && <Stack gap={2} ta="end"><Freshness at={query.dataUpdatedAt} failed={query.isError} /><End at={endOf(token)} /></Stack>}
        </Group>
        {ending ? <Ended why={ending} /> : query.data ? (
          <>
            {query.isError && <Alert color="yellow" icon={<IconCloudOff />} title="This is not up to date" role="status">{messageOf(query.error)} What you see is what was last known.</Alert>}
            <Faults open={open} ended={ended} />
          </>
        ) : query.isError ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <PageSkeleton />}
      </Stack>
    </main>
  );
}

const Freshness = ({ at, failed }: { at: number; failed: boolean }) =>
  at > 0 && <Group gap={6} justify="flex-end"><StatusBadge state={failed ? 'warn' : 'ok'} word={failed ? 'Not up to date' : 'Up to date'} /><Text size="sm" className="quiet">read <TimeText at={at} /></Text></Group>;

const End = ({ at }: { at: number | null }) => at !== null && <Text size="sm" className="quiet">The link ends <TimeText at={at} />.</Text>;

function Ended({ why }: { why: Ending }) {
  if (why === 'expired') return <StatePanel icon={<IconClockOff size={24} />} title="This link has ended">It was made for a limited time. Ask whoever gave it to you for a new one.</StatePanel>;
  if (why === 'taken-back') return <StatePanel icon={<IconLinkOff size={24} />} title="This link was taken back">Ask whoever gave it to you for a new one.</StatePanel>;
  return <StatePanel icon={<IconLinkOff size={24} />} title="This link is not complete">Copy it again, with everything behind the #.</StatePanel>;
}

function Faults({ open, ended }: { open: SharedFault[]; ended: SharedFault[] }) {
  return (
    <>
      <section aria-label="Open faults">
        <Group gap="sm" mb="md" align="baseline" role="status"><span className={classes.count}>{open.length}</span><Text size="lg">{open.length === 1 ? 'fault lasts' : 'faults last'}</Text></Group>
        {open.length === 0 ? <StatePanel icon={<IconCircleCheck size={24} />} title="Nothing is disturbed">A fault shows here within seconds.</StatePanel> : <List faults={open} />}
      </section>
      {ended.length > 0 && (
        <section aria-label="Ended a short while ago">
          <Title order={2} mb="sm">{plural(ended.length, 'fault')} ended in the last ten minutes</Title>
          <List faults={ended} />
        </section>
      )}
    </>
  );
}

function List({ faults }: { faults: SharedFault[] }) {
  const now = useNow();
  return (
    <ul className={classes.list}>
      {faults.map((fault) => (
        <li key={fault.id} className={classes.fault} data-severity={fault.severity.toLowerCase()} data-ended={fault.resolved_at ? '' : undefined}>
          <div className={classes.line}>{fault.resolved_at ? <StatusBadge state="resolved" /> : <SeverityBadge severity={fault.severity} />}<Text span size="sm" className="quiet"><TimeText at={fault.resolved_at ?? fault.created_at} /></Text></div>
          <div className={classes.message}>{fault.message}</div>
          <div className={classes.line}><span>{fault.site_name ?? fault.type}</span><span className="quiet">{fault.resolved_at ? `lasted ${fault.duration}` : `for ${duration(Math.max(0, now - Date.parse(fault.created_at)))}`}</span></div>
        </li>
      ))}
    </ul>
  );
}
