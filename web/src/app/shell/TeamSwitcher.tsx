import { Button, Menu } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
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
      cache.clear();
      await cache.invalidateQueries();
    },
    onError: (error) => notifyFailed(error, 'The team was not changed'),
  });
  const list = Array.isArray(teams.data) ? teams.data : [];
  const current = list.find((team) => team.current);
  if (!current) return null;
  if (list.length === 1) return <Button variant="subtle" color="gray" size="compact-sm" component="span" style={{ pointerEvents: 'none' }}>{current.name}</Button>;
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-sm" rightSection={<IconChevronDown size={14} />} aria-label={`Team: ${current.name}. Change the team`} loading={change.isPending}>
          {current.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
        <Menu.Label>Teams</Menu.Label>
        {list.map((team) => (
          <Menu.Item key={team.id} leftSection={<IconCheck size={16} visibility={team.current ? 'visible' : 'hidden'} aria-hidden />} disabled={team.current}
            onClick={() => change.mutate({ params: { path: { team: team.id } } })}>
            {team.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
