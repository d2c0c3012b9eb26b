import { useNavigate } from '@tanstack/react-router';
import { queryClient } from '@/app/queryClient';
import { $api, client, type Schemas } from '@/lib/api';

export type Team = Schemas['Team'];

/** The teams of the person, and the one in which everything happens now. */
export function useTeams() {
  const query = $api.useQuery('get', '/teams', {}, { staleTime: 60_000, meta: { poll: false } });
  return { query, current: query.data?.find((team) => team.current) };
}

/** Another team is another world: nothing that is known holds there. */
export function useEnterTeam() {
  const navigate = useNavigate();
  const startAfresh = async () => {
    await navigate({ to: '/' });
    await queryClient.resetQueries(); // what is on the screen asks anew: nobody draws it again for that
  };
  const enter = async (team: string) => {
    await client.PUT('/teams/{team}/switch', { params: { path: { team } } });
    await startAfresh();
  };
  return { enter, startAfresh };
}
