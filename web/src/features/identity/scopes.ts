// The catalogue of permissions, as a person reads it.
import type { Schemas } from '@/lib/api';

export type Scope = Schemas['Scope'];
export interface ScopeGroup {
  name: string;
  scopes: Scope[];
}

/** By group in the catalogue's order, only what the text finds (in the permission, its description or its group). */
export function groupScopes(catalogue: readonly Scope[], text = ''): ScopeGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Scope[]>();
  for (const scope of catalogue) {
    const haystack = `${scope.scope} ${scope.description} ${scope.group}`.toLowerCase();
    if (words.every((word) => haystack.includes(word))) groups.set(scope.group, [...(groups.get(scope.group) ?? []), scope]);
  }
  return [...groups].map(([name, scopes]) => ({ name, scopes }));
}

/** The groups with what was chosen of them. */
export const chosenOnly = (groups: readonly ScopeGroup[], chosen: readonly string[]): ScopeGroup[] =>
  groups.map(({ name, scopes }) => ({ name, scopes: scopes.filter((one) => chosen.includes(one.scope)) })).filter((group) => group.scopes.length > 0);

/** What a role grants that the person does not hold: nobody gives more than he has. */
export const beyond = (wanted: readonly string[], held: readonly string[]) => wanted.filter((scope) => !held.includes(scope));

/** Adds or takes away all of `scopes`; the order stays that of the catalogue. */
export function toggleAll(chosen: readonly string[], scopes: readonly string[], on: boolean): string[] {
  return on ? [...new Set([...chosen, ...scopes])] : chosen.filter((scope) => !scopes.includes(scope));
}

export const titleOf = (group: string) => group.charAt(0).toUpperCase() + group.slice(1).replaceAll('_', ' ');
