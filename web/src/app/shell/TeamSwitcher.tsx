import { Button, NavLink, Text } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { DropPanel } from '@/components/DropPanel';
import { notifyFailed } from '@/components/notify';
import { $api } from '@/lib/api';

/** The team in which everything happens. Another one means another world: all that is known is dropped. */
export function TeamSwitcher() {
  const teams = $api.useQuery('get', '/teams', {}, { staleTime: 60_000, meta: { poll: false } });
  const cache = useQueryClient();
  const navigate = useNavigate();
  const change = $api.useMutation('put', '/teams/{team}/switch', {
    onSuccess: async () => {
      await navigate({ to: '/' });
      await cache.resetQueries(); // what is on the screen asks anew: nobody draws it again for that
    },
    onError: (error) => notifyFailed(error, 'The team was not changed'),
  });
  const list = Array.isArray(teams.data) ? teams.data : [];
  const current = list.find((team) => team.current);
  if (!current) return null;
  if (list.length === 1) return <Text size="sm" fw={600} className="quiet" px={6} truncate>{current.name}</Text>;
  return (
    <DropPanel label="Teams" align="start" button={(props) => (
      <Button variant="subtle" color="gray" size="compact-sm" maw="11rem" rightSection={<IconChevronDown size={14} />} aria-label={`Team: ${current.name}. Change the team`} loading={change.isPending} {...props}>
        {current.name}
      </Button>
    )}>
      {(close) => list.map((team) => (
        <NavLink key={team.id} component="button" type="button" label={team.name} aria-current={team.current ? 'true' : undefined} leftSection={<IconCheck size={16} visibility={team.current ? 'visible' : 'hidden'} aria-hidden />}
          onClick={() => { close(); if (!team.current) change.mutate({ params: { path: { team: team.id } } }); }} />
      ))}
    </DropPanel>
  );
}
