import { Button } from '@mantine/core';
import { IconCloudOff, IconLock, IconMoodPuzzled, IconSearchOff } from '@tabler/icons-react';
import { messageOf, Problem } from '@/lib/errors';
import { StatePanel } from './StatePanel';

/** What a page shows instead of its content when a call failed. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const again = retry && <Button variant="default" onClick={retry}>Try again</Button>;
  if (error instanceof Problem) {
    if (error.status === 403) return <Denied scope={error.body.required_scope ?? null} message={error.message} />;
    if (error.status === 404)
      return <StatePanel icon={<IconSearchOff size={24} />} title="Not found" detail={error.body.request_id}>It was deleted, or it belongs to a team that you have not chosen.</StatePanel>;
    if (error.isOffline) return <StatePanel icon={<IconCloudOff size={24} />} title="The server cannot be reached" actions={again}>It is tried again by itself.</StatePanel>;
  }
  return (
    <StatePanel icon={<IconMoodPuzzled size={24} />} tone="bad" title="This did not work" actions={again}
      detail={error instanceof Problem ? `${error.body.code} · ${error.body.request_id ?? ''}` : undefined}>
      {messageOf(error)}
    </StatePanel>
  );
}

export function Denied({ scope, message }: { scope: string | null; message?: string }) {
  return (
    <StatePanel icon={<IconLock size={24} />} title="You may not see this">
      {scope ? <>Your roles lack the permission <code>{scope}</code>. Ask an administrator of the team for a role that has it.</> : message}
    </StatePanel>
  );
}
