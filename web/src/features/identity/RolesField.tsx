import { Box, Checkbox, Input, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { $api } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMe } from '@/lib/me';
import { SiteLimits } from './SiteLimits';
import { beyond } from './scopes';
import type { RoleSites } from './people';

interface Props {
  value: string[];
  onChange: (roles: string[]) => void;
  sites: RoleSites;
  onSites: (sites: RoleSites) => void;
  error?: ReactNode;
}

/** Which roles somebody has, and for which sites each counts. Roles that hold more than the person does cannot be given. */
export function RolesField({ value, onChange, sites, onSites, error }: Props) {
  const roles = $api.useQuery('get', '/roles', {}, { meta: { poll: false } });
  const held = useMe()?.scopes ?? [];
  if (!roles.data) return <Skeleton height={120} />;
  return (
    <Input.Wrapper label="Roles" labelElement="div" error={error} description="What the person may do in this team.">
      <Stack gap="xs" mt={6} role="group" aria-label="Roles">
        {roles.data.filter((role) => role.name !== 'Owner' || !role.system || value.includes(role.id)).map((role) => {
          const more = beyond(role.scopes, held).length;
          const isOwner = role.system && role.name === 'Owner';
          const chosen = value.includes(role.id);
          return (
            <Box key={role.id}>
              <Checkbox size="sm" label={role.name} checked={chosen} disabled={isOwner || more > 0}
                description={isOwner ? 'Ownership is handed on in Settings, Team.' : more > 0 ? `Has ${plural(more, 'permission')} that you do not hold.` : plural(role.scopes.length, 'permission')}
                onChange={(event) => onChange(event.currentTarget.checked ? [...value, role.id] : value.filter((id) => id !== role.id))} />
              {chosen && !isOwner && <SiteLimits roleName={role.name} value={sites[role.id] ?? {}} onChange={(limits) => onSites({ ...sites, [role.id]: limits })} />}
            </Box>
          );
        })}
        {value.length === 0 && <Text size="xs" className="quiet">Without a role the person is a member, but sees nothing.</Text>}
      </Stack>
    </Input.Wrapper>
  );
}
