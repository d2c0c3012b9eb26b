import { Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { DropPanel } from '@/components/DropPanel';
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
    <>
      <VisuallyHidden role="status">{words[state]}</VisuallyHidden>
      <DropPanel label="Live updates" width={240} spacious button={(props) => (
        <UnstyledButton className={classes.mark} aria-label={`${words[state]}. ${hints[state]}`} title={hints[state]} {...props}>
          <span className={classes.dot} data-state={state} />
          <Text span size="xs" className="quiet" visibleFrom="md">{words[state]}</Text>
        </UnstyledButton>
      )}>
        {() => <Text size="sm"><b>{words[state]}.</b> {hints[state]}</Text>}
      </DropPanel>
    </>
  );
}
