// What the list of users tells about a person.
import type { Schemas } from '@/lib/api';

export type User = Schemas['User'];
export type HeldRole = Schemas['HeldRole'];
/** By role id: keys of tags and their values; a role that is not in it counts for every site. */
export type RoleSites = Record<string, Record<string, string[]>>;

export type PersonState = 'active' | 'blocked' | 'unverified' | 'invited' | 'contact';
export const stateOf = (user: User): PersonState => (user.status !== 'blocked' && !user.allow_login ? 'contact' : (user.status as PersonState));

export const stateWords: Record<PersonState, string> = {
  active: 'Active', blocked: 'Blocked', unverified: 'E-mail not confirmed', invited: 'Invited', contact: 'Notifications only',
};

const providerWords: Record<string, string> = { local: 'Password', google: 'Google', microsoft: 'Microsoft', azure: 'Microsoft Entra', github: 'GitHub', oidc: 'Sign-in provider', saml2: 'SAML' };
export const signsInWith = (idp: string) => providerWords[idp] ?? idp;

export interface PeopleFilter {
  text?: string;
  state?: string;
  role?: string;
  mfa?: string;
}

export function filterPeople(people: readonly User[], { text = '', state, role, mfa }: PeopleFilter): User[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return people.filter((user) => {
    const haystack = `${user.name} ${user.email} ${user.mobile?.e164 ?? ''} ${user.roles.map((one) => one.name).join(' ')}`.toLowerCase();
    return (
      words.every((word) => haystack.includes(word)) &&
      (!state || stateOf(user) === state) &&
      (!role || user.roles.some((one) => one.id === role)) &&
      (!mfa || user.mfa_enabled === (mfa === 'on'))
    );
  });
}

/** `{"region": ["north", "south"]}` in words. */
export const limitsInWords = (sites: Record<string, string[]>) =>
  Object.entries(sites).map(([key, values]) => `${key}: ${values.join(' or ')}`).join(', ');

export const sitesOf = (role: HeldRole) => (role.sites ?? {}) as Record<string, string[]>;

/** The limits of the held roles as the server takes them; a role without limits is left out. */
export function roleSitesOf(roles: readonly HeldRole[]): RoleSites {
  return Object.fromEntries(roles.filter((role) => Object.keys(sitesOf(role)).length > 0).map((role) => [role.id, sitesOf(role)]));
}

/** Without roles that were taken away, keys without values, and roles without keys. */
export function cleanRoleSites(sites: RoleSites, roles: readonly string[]): RoleSites {
  const clean: RoleSites = {};
  for (const role of roles) {
    const keys = Object.entries(sites[role] ?? {}).filter(([key, values]) => key !== '' && values.length > 0);
    if (keys.length > 0) clean[role] = Object.fromEntries(keys);
  }
  return clean;
}
