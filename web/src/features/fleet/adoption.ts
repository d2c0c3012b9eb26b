// The steps of an adoption, as the wizard tells them.
import type { Schemas } from '@/lib/api';

export type Adoption = Schemas['Adoption'];
export type StepName = Schemas['AdoptionStep']['step'];

/** In the order in which they happen; what each one means to somebody who waits for it. */
export const stepOrder: { step: StepName; done: string; waiting: string }[] = [
  { step: 'command_created', done: 'The command is ready', waiting: 'The command is being made' },
  { step: 'script_fetched', done: 'The router fetched its script', waiting: 'Paste the command into the terminal of the router' },
  { step: 'adopt_requested', done: 'The router asked to be adopted', waiting: 'The router runs the script' },
  { step: 'adopted', done: 'Adopted', waiting: 'The router is checked' },
  { step: 'first_heartbeat', done: 'The first heartbeat arrived', waiting: 'The first heartbeat comes within 30 seconds' },
  { step: 'identity', done: 'Model and version are known', waiting: 'Model and version are read' },
  { step: 'first_backup', done: 'The first backup is stored', waiting: 'The first backup follows within minutes' },
];

export interface ShownStep {
  step: StepName;
  title: string;
  state: 'done' | 'current' | 'to come' | 'failed';
  at: string | null;
  duration_ms: number | null;
  detail: string;
}

/** What happened, and what is still to come; a refusal stands where it happened. */
export function shownSteps(adoption: Pick<Adoption, 'steps' | 'state'>): ShownStep[] {
  const last = new Map(adoption.steps.map((step) => [step.step, step]));
  const refusal = adoption.steps.at(-1)?.step === 'refused' ? adoption.steps.at(-1) : undefined;
  let isCurrentTaken = false;
  const shown: ShownStep[] = [];
  for (const { step, done, waiting } of stepOrder) {
    const happened = last.get(step);
    if (happened) {
      shown.push({ step, title: happened.ok ? done : `${done}, with trouble`, state: happened.ok ? 'done' : 'failed', at: happened.at, duration_ms: happened.duration_ms ?? null, detail: happened.detail });
      continue;
    }
    if (refusal && !isCurrentTaken) {
      isCurrentTaken = true;
      shown.push({ step: 'refused', title: 'Refused', state: 'failed', at: refusal.at, duration_ms: refusal.duration_ms ?? null, detail: refusal.detail });
      continue;
    }
    shown.push({ step, title: waiting, state: isCurrentTaken ? 'to come' : 'current', at: null, duration_ms: null, detail: '' });
    isCurrentTaken = true;
  }
  return shown;
}
