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
    ],
  },
];
