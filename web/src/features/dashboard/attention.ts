import { sitePath } from '@/components/SiteLink';

/** What to do about it, and where. */
export interface NextStep {
  state: string;
  title: string;
  action: string;
  to: string;
  search?: Record<string, string>;
}

export function nextStep(kind: string, site: string): NextStep {
  const page = sitePath(site);
  switch (kind) {
    case 'offline':
      return { state: 'offline', title: 'Offline', action: 'Check power and uplink', to: page };
    case 'fault':
      return { state: 'open', title: 'Open fault', action: 'Look at the fault', to: '/faults', search: { site } };
    case 'job_failed':
      return { state: 'failed', title: 'Job failed', action: 'Read its log', to: `${page}/log` };
    case 'backup_overdue':
      return { state: 'warn', title: 'No recent backup', action: 'Back it up', to: `${page}/backups` };
    case 'adoption_refused':
      return { state: 'warn', title: 'Adoption refused', action: 'See which step failed', to: page };
    default:
      return { state: 'warn', title: 'Needs a look', action: 'Open the site', to: page };
  }
}
