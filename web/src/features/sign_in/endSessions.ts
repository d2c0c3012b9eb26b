// Many sessions ended, a few at a time, told as it goes on.
export interface Ending {
  total: number;
  ended: number;
  failed: string[];
}
const atOnce = 4;

/** One that does not end keeps none of the others. */
export async function endSessions(ids: readonly string[], end: (id: string) => Promise<unknown>, onProgress: (now: Ending) => void): Promise<Ending> {
  let now: Ending = { total: ids.length, ended: 0, failed: [] };
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const current = id;
      const isEnded = await end(current).then(() => true, () => false);
      now = isEnded ? { ...now, ended: now.ended + 1 } : { ...now, failed: [...now.failed, current] };
      onProgress(now);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, work));
  return now;
}
