// Every page, for screenshots, axe and the tests that visit all of them. `{site}` stands for a site of the demo fleet.
export interface Visited {
  name: string;
  path: string;
}

export const pages: Visited[] = [
  { name: 'dashboard', path: '/app/' },
  { name: 'sites', path: '/app/sites' },
  { name: 'add-site', path: '/app/sites/add' },
  { name: 'site', path: '/app/sites/{site}' },
  { name: 'site-log', path: '/app/sites/{site}/log' },
  { name: 'site-backups', path: '/app/sites/{site}/backups' },
  { name: 'site-backup', path: '/app/sites/{site}/backups/latest' },
  { name: 'site-files', path: '/app/sites/{site}/files' },
  { name: 'site-settings', path: '/app/sites/{site}/settings' },
  { name: 'jobs', path: '/app/jobs' },
  { name: 'run-script', path: '/app/scripts/run?sites={site}' },
  { name: 'system', path: '/app/system' },
  { name: 'audit', path: '/app/audit' },
  { name: 'faults', path: '/app/faults' },
  { name: 'batches', path: '/app/jobs/batches' },
  { name: 'account', path: '/app/account' },
  { name: 'settings-team', path: '/app/settings/team' },
  { name: 'settings-users', path: '/app/settings/users' },
  { name: 'settings-roles', path: '/app/settings/roles' },
  { name: 'settings-api-keys', path: '/app/settings/api-keys' },
  { name: 'settings-applications', path: '/app/settings/applications' },
  { name: 'settings-providers', path: '/app/settings/sign-in-providers' },
  { name: 'settings-security', path: '/app/settings/security' },
  { name: 'settings-tags', path: '/app/settings/tags' },
  { name: 'settings-runbooks', path: '/app/settings/runbooks' },
  { name: 'account-security', path: '/app/account?tab=security' },
  { name: 'account-sessions', path: '/app/account?tab=sessions' },
  { name: 'account-teams', path: '/app/account?tab=teams' },
];
