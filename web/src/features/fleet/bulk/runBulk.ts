// One call for each of many sites: a few at a time, patient with the rate limit, told as it goes, stopped when asked.
import { messageOf, Problem } from '@/lib/errors';

export type BulkState = 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
export interface BulkItem {
  id: string;
  name: string;
  state: BulkState;
  /** Why it failed, or what came of it. */
  message: string | null;
  /** A job that goes on after the call. */
  job: string | null;
}
type Outcome = { message?: string; job?: string } | void;
export type BulkAction = (site: string, signal: AbortSignal) => Promise<Outcome>;

interface Options {
  signal: AbortSignal;
  atOnce?: number;
  /** Told at most once a tick with everything that changed. */
  onProgress: (items: BulkItem[]) => void;
  pause?: (ms: number) => Promise<unknown>;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const patience = 5;

async function attempt(action: BulkAction, id: string, signal: AbortSignal, pause: (ms: number) => Promise<unknown>): Promise<Outcome> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await action(id, signal);
    } catch (error) {
      const mayTryAgain = error instanceof Problem && (error.status === 429 || error.status === 503) && tries < patience && !signal.aborted;
      if (!mayTryAgain) throw error;
      await pause((error.retryAfterS ?? 2 ** tries) * 1000);
    }
  }
}

export async function runBulk(sites: { id: string; name: string }[], action: BulkAction, { signal, atOnce = 4, onProgress, pause = sleep }: Options): Promise<BulkItem[]> {
  let items: BulkItem[] = sites.map(({ id, name }) => ({ id, name, state: 'waiting', message: null, job: null }));
  let told: ReturnType<typeof setTimeout> | undefined;
  const set = (index: number, change: Partial<BulkItem>) => {
    items[index] = { ...items[index]!, ...change };
    told ??= setTimeout(() => {
      told = undefined;
      onProgress([...items]);
    }, 100);
  };
  let next = 0;
  const work = async () => {
    while (next < items.length && !signal.aborted) {
      const index = next;
      next += 1;
      set(index, { state: 'running' });
      try {
        const outcome = await attempt(action, items[index]!.id, signal, pause);
        set(index, { state: 'done', message: outcome?.message ?? null, job: outcome?.job ?? null });
      } catch (error) {
        set(index, signal.aborted ? { state: 'stopped', message: 'Stopped while it ran; look at the site.' } : { state: 'failed', message: messageOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  clearTimeout(told);
  items = items.map((item) => (item.state === 'waiting' ? { ...item, state: 'stopped', message: 'Not done: stopped before its turn.' } : item));
  onProgress(items);
  return items;
}

export function tally(items: readonly BulkItem[]) {
  const of = (state: BulkState) => items.reduce((sum, item) => sum + (item.state === state ? 1 : 0), 0);
  const [done, failed, stopped] = [of('done'), of('failed'), of('stopped')];
  return { done, failed, stopped, total: items.length, over: done + failed + stopped === items.length };
}
