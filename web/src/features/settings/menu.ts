// The second-level menu of the settings.
import type { LinkProps } from '@tanstack/react-router';

export interface SettingsEntry {
  label: string;
  to: LinkProps['to'];
  scope: string;
}

export const settingsMenu: { heading: string; entries: SettingsEntry[] }[] = [
  {
    heading: 'People',
    entries: [
      { label: 'Team', to: '/settings/team', scope: '-' },
      { label: 'Users', to: '/settings/users', scope: 'user:view' },
      { label: 'Roles', to: '/settings/roles', scope: 'role:view' },
      { label: 'Security', to: '/settings/security', scope: 'team:update' },
      { label: 'Sign-in providers', to: '/settings/sign-in-providers', scope: 'integration:view' },
    ],
  },
  {
    heading: 'Programs',
    entries: [
      { label: 'API keys', to: '/settings/api-keys', scope: 'api:view' },
      { label: 'Applications', to: '/settings/applications', scope: 'api:view' },
    ],
  },
  {
    heading: 'Fleet',
    entries: [
      { label: 'Tags', to: '/settings/tags', scope: 'tag:view' },
      { label: 'Runbooks', to: '/settings/runbooks', scope: 'site:create|cpf:view' },
    ],
  },
];
