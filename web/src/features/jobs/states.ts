import type { Schemas } from '@/lib/api';

export type JobState = Schemas['Job']['status'];
export const jobStates: readonly JobState[] = ['pending', 'sent', 'busy', 'completed', 'failed'];
export const isOver = (state: JobState) => state === 'completed' || state === 'failed';

/** What the states mean to somebody who waits. */
export const stateWords: Record<JobState, string> = {
  pending: 'Waits for the next heartbeat of the router', sent: 'Handed to the router', busy: 'The router runs it', completed: 'Completed', failed: 'Failed',
};
