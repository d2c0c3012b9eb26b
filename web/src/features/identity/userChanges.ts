import type { Schemas } from '@/lib/api';
import { cleanRoleSites, roleSitesOf, type RoleSites, type User } from './people';

export const valuesOf = (user: User) => ({
  name: user.name, allow_login: user.allow_login, timezone: user.timezone, roles: user.roles.map((role) => role.id), role_sites: roleSitesOf(user.roles),
  mobile: { local: user.mobile?.local ?? '', country: user.mobile?.country ?? '' },
});

type Values = ReturnType<typeof valuesOf> & { mobileNow: Schemas['MobileInput'] | null };

/** Only what differs: the account of somebody who is in other teams, too, can be changed in its roles alone. */
export function changesOf(user: User, values: Values): Schemas['UpdateUser'] {
  const before = valuesOf(user);
  const changes: Schemas['UpdateUser'] = {};
  if (values.name.trim() !== before.name) changes.name = values.name.trim();
  if (values.allow_login !== before.allow_login) changes.allow_login = values.allow_login;
  if (values.timezone !== before.timezone) changes.timezone = values.timezone;
  if (values.mobileNow?.local !== user.mobile?.local || (values.mobileNow && values.mobileNow.country !== user.mobile?.country)) changes.mobile = values.mobileNow;
  const limits: RoleSites = cleanRoleSites(values.role_sites, values.roles);
  const sameRoles = [...values.roles].sort().join() === [...before.roles].sort().join();
  if (!sameRoles || JSON.stringify(limits) !== JSON.stringify(cleanRoleSites(before.role_sites, before.roles))) {
    changes.roles = values.roles;
    changes.role_sites = limits;
  }
  return changes;
}
