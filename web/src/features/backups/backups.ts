import { queryOptions } from '@tanstack/react-query';
import { download, fetchText, type Schemas } from '@/lib/api';

export type Backup = Schemas['Backup'];

/** The text of a stored export. It never changes, so it is asked for once. */
export const contentQuery = (site: string, file: string, reveal = false) =>
  queryOptions({
    queryKey: ['backup-content', site, file, reveal],
    queryFn: ({ signal }) => fetchText(`/backups/${encodeURIComponent(site)}/${encodeURIComponent(file)}`, { signal, headers: { 'X-View': '1', ...(reveal ? { 'X-Reveal': 'true' } : {}) } }),
    staleTime: Infinity,
    enabled: file !== '',
    meta: { poll: false },
  });

export const downloadBackup = (site: string, file: string) => download(`/backups/${site}/${file}`, file, { headers: { 'X-Download': '1' } });
export const downloadDiff = (site: string, from: string, to: string) => download(`/backups/${site}/${from}/diff/${to}`, `${from}-${to}.diff`, { headers: { 'X-Download': '1' } });

export const triggerWords: Record<Backup['trigger'], string> = { adopt: 'At the adoption', manual: 'Asked for', job: 'Before a job', schedule: 'Schedule' };

/** Added and removed lines, as a diff of the server counts them. */
export function changedLines(diff: string): { added: number; removed: number } {
  let [added, removed] = [0, 0];
  for (const line of diff.split('\n')) {
    if (line.startsWith('+') && !line.startsWith('+++')) added += 1;
    else if (line.startsWith('-') && !line.startsWith('---')) removed += 1;
  }
  return { added, removed };
}
