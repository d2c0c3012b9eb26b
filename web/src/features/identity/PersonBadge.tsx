import { Avatar, Badge, Group, Stack, Text } from '@mantine/core';
import { IconBell, IconUser } from '@tabler/icons-react';
import { StatusBadge } from '@/components/StatusBadge';
import { stateOf, stateWords, type User } from './people';

export function PersonName({ user, detail = user.email }: { user: Pick<User, 'name' | 'email' | 'picture'>; detail?: string }) {
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <Avatar size={26} radius="xl" name={user.name} src={user.picture} color="brand" alt="" aria-hidden />
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={600} truncate lh={1.25}>{user.name}</Text>
        <Text size="xs" className="quiet" truncate lh={1.25}>{detail}</Text>
      </Stack>
    </Group>
  );
}

/** Signs in here, or only receives notifications. */
export function TypeBadge({ user }: { user: User }) {
  return user.allow_login
    ? <Badge variant="default" size="sm" leftSection={<IconUser size={12} />}>Signs in</Badge>
    : <Badge variant="default" size="sm" leftSection={<IconBell size={12} />}>Notifications</Badge>;
}

const shapes = { active: 'ok', blocked: 'fail', unverified: 'pending', invited: 'pending', contact: 'ok' } as const;
export const PersonStateBadge = ({ user, iconOnly }: { user: User; iconOnly?: boolean }) => <StatusBadge state={shapes[stateOf(user)]} word={stateWords[stateOf(user)]} iconOnly={iconOnly} />;

export function MfaBadge({ user }: { user: User }) {
  if (!user.allow_login) return <span className="quiet">–</span>;
  return user.mfa_enabled ? <StatusBadge state="ok" word="On" /> : <StatusBadge state="warn" word="Off" />;
}
