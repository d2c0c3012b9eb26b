// What the live stream tells. A newer server may tell more than this page knows: that is passed over, and so is what cannot be read.
interface Frames {
  'site.pulse': { site_id: string; online: boolean; last_seen_at: string | null };
  'site.changed': { site_id: string; what: string; name?: string };
  'job.updated': { site_id: string; job_id: string; batch_id: string | null; status: string; description?: string };
  'backup.created': { site_id: string; backup_id: string };
  'backup.failed': { site_id: string; reason: string };
  'fault.created': { site_id: string; fault_id: string; message: string; severity: string };
  /** Somebody changed a reported fault, or commented on one. */
  'fault.updated': { site_id: string; fault_id: string; message: string; severity: string };
  'fault.resolved': { site_id: string; fault_id: string; message: string; severity: string };
  'adoption.step': { site_id: string | null; runbook_id: string; step: string; ok: boolean; reason: string | null };
  'settings.changed': { what: string };
  notification: { title: string; message: string };
  /** Everything must be read anew: what was missed is not known any more, or the person may see other things now. */
  reset: { reason?: string };
  /** The server ends this stream for a newer one of the same person. */
  superseded: Record<string, never>;
  /** The token or session behind the stream has ended. */
  revoked: Record<string, never>;
}
type FrameName = keyof Frames;
export type Frame = { [K in FrameName]: { event: K; data: Frames[K] & { occurred_at?: string } } }[FrameName];

const known: Record<FrameName, true> = {
  'site.pulse': true, 'site.changed': true, 'job.updated': true, 'backup.created': true, 'backup.failed': true, 'fault.created': true, 'fault.updated': true, 'fault.resolved': true, 'adoption.step': true,
  'settings.changed': true, notification: true, reset: true, superseded: true, revoked: true,
};

/** null: nothing for this page. */
export function frameOf(event: string | undefined, data: string): Frame | null {
  if (!event || !Object.hasOwn(known, event)) return null;
  try {
    const content: unknown = JSON.parse(data || '{}');
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? ({ event, data: content } as Frame) : null;
  } catch {
    return null;
  }
}
