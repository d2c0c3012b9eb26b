import { Group, Text, Tooltip } from '@mantine/core';
import { IconKey, IconRobot, IconRouter, IconServer, IconSitemap, IconUser } from '@tabler/icons-react';
import type { Schemas } from '@/lib/api';
import type { ActorKind } from './filters';

export type Entry = Schemas['AuditEntry'];

const icons = { user: IconUser, api_key: IconKey, ai: IconRobot, workflow: IconSitemap, system: IconServer, device: IconRouter } as const;
export const actorWords: Record<ActorKind, string> = { user: 'Person', api_key: 'API key', ai: 'Assistant', workflow: 'Workflow', system: 'System', device: 'Router' };

/** Who did it: a shape for the kind, and the name as it was then. */
export function ActorBadge({ entry }: { entry: Pick<Entry, 'actor_kind' | 'name' | 'email'> }) {
  const kind = entry.actor_kind as ActorKind;
  const Icon = icons[kind];
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      <Tooltip label={actorWords[kind]}><span role="img" aria-label={actorWords[kind]} style={{ display: 'inline-flex' }}><Icon size={16} /></span></Tooltip>
      <Text size="sm" truncate title={entry.email ?? undefined}>{entry.name ?? entry.email ?? actorWords[kind]}</Text>
    </Group>
  );
}
