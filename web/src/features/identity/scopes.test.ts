import { describe, expect, it } from 'vitest';
import { beyond, chosenOnly, groupScopes, titleOf, toggleAll } from './scopes';

const catalogue = [
  { scope: 'user:view', description: 'See the users of the team', group: 'people' },
  { scope: 'site:view', description: 'See sites', group: 'fleet' },
  { scope: 'user:delete', description: 'Remove users', group: 'people' },
];

describe('groupScopes', () => {
  it('keeps the order of the catalogue', () => {
    expect(groupScopes(catalogue).map((group) => [group.name, group.scopes.length])).toEqual([['people', 2], ['fleet', 1]]);
  });
  it('finds every word, in permission, description or group', () => {
    expect(groupScopes(catalogue, 'PEOPLE remove').flatMap((group) => group.scopes.map((one) => one.scope))).toEqual(['user:delete']);
    expect(groupScopes(catalogue, 'nothing')).toEqual([]);
  });
});

it('keeps of the groups what was chosen', () => {
  expect(chosenOnly(groupScopes(catalogue), ['user:delete'])).toEqual([{ name: 'people', scopes: [catalogue[2]] }]);
});

it('toggles a group without touching the rest', () => {
  expect(toggleAll(['site:view', 'user:view'], ['user:view', 'user:delete'], true)).toEqual(['site:view', 'user:view', 'user:delete']);
  expect(toggleAll(['site:view', 'user:view'], ['user:view', 'user:delete'], false)).toEqual(['site:view']);
});

it('names what somebody cannot give', () => {
  expect(beyond(['a', 'b'], ['a'])).toEqual(['b']);
});

it('writes groups as headings', () => expect(titleOf('control_plane')).toBe('Control plane'));
