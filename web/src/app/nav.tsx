// What the main menu lists, in order. An entry shows when the person has its scope.
import { IconAlertTriangle, IconCode, IconHeartRateMonitor, IconHistory, IconLayoutDashboard, IconListCheck, IconRouter, IconSettings } from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';

export interface NavEntry {
  label: string;
  to: LinkProps['to'];
  icon: ComponentType<{ size?: number | string; stroke?: number }>;
  scope: string;
  /** Words that find it in the command palette. */
  keywords?: string;
  /** Two keys, one after the other: `g s`. */
  keys?: string;
  /** Only for operators of the installation. */
  operator?: boolean;
}

export const navigation: { heading: string | null; entries: NavEntry[] }[] = [
  {
    heading: null,
    entries: [
      { label: 'Dashboard', to: '/', icon: IconLayoutDashboard, scope: '-', keys: 'g d', keywords: 'home overview health' },
      { label: 'Sites', to: '/sites', icon: IconRouter, scope: 'site:view', keys: 'g s', keywords: 'routers devices fleet list' },
      { label: 'Faults', to: '/faults', icon: IconAlertTriangle, scope: 'fault:view', keys: 'g f', keywords: 'outages offline incidents monitoring' },
      { label: 'Jobs', to: '/jobs', icon: IconListCheck, scope: 'job:view', keys: 'g j', keywords: 'orchestration log history batches' },
      { label: 'Run a script', to: '/scripts/run', icon: IconCode, scope: 'job:create', keys: 'g r', keywords: 'routeros terminal command editor' },
    ],
  },
  {
    heading: 'Administration',
    entries: [
      { label: 'System', to: '/system', icon: IconHeartRateMonitor, scope: '-', operator: true, keys: 'g y', keywords: 'health queues nodes version doctor' },
      { label: 'Audit log', to: '/audit', icon: IconHistory, scope: 'audit:view', keys: 'g l', keywords: 'history who changed events' },
      { label: 'Settings', to: '/settings', icon: IconSettings, scope: '-', keys: 'g ,', keywords: 'team users roles permissions api keys applications providers security tags runbooks' },
    ],
  },
];
