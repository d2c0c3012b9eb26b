import { Group, Text, Tooltip } from '@mantine/core';
import { useLiveState } from '@/lib/realtime';
import classes from './LiveMark.module.css';

const words = { live: 'Live', connecting: 'Connecting', off: 'Not live' } as const;
const hints = {
  live: 'What you see changes as it happens.',
  connecting: 'Live updates are being connected; until then everything is asked for every 20 seconds.',
  off: 'No live updates.',
} as const;

/** Whether what is on the screen is live: status is only worth something when it is honest. */
export function LiveMark() {
  const state = useLiveState();
  return (
    <Tooltip label={hints[state]}>
      <Group gap={6} px={6} wrap="nowrap" role="status" tabIndex={0} aria-label={`${words[state]}. ${hints[state]}`}>
        <span className={classes.dot} data-state={state} />
        <Text size="xs" className="quiet" visibleFrom="md">{words[state]}</Text>
      </Group>
    </Tooltip>
  );
}
