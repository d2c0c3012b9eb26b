import { describe, expect, it } from 'vitest';
import { cleanRoleSites, filterPeople, limitsInWords, roleSitesOf, stateOf, type User } from './people';

const user = (changes: Partial<User>): User => ({
  id: '1', idp: 'local', name: 'Ann Example', email: 'ann@example.com', email_verified: true, mobile: null, mobile_verified: false, allow_login: true, country: null, timezone: 'UTC',
  date_format: '', time_format: '', locale: 'en', picture: null, mfa_enabled: false, status: 'active', last_login_at: null, created_at: '', updated_at: '', roles: [], ...changes,
});

describe('stateOf', () => {
  it('calls somebody without sign-in a contact, but a block shows', () => {
    expect(stateOf(user({ allow_login: false }))).toBe('contact');
    expect(stateOf(user({ allow_login: false, status: 'blocked' }))).toBe('blocked');
    expect(stateOf(user({ status: 'unverified' }))).toBe('unverified');
  });
});

describe('filterPeople', () => {
  const people = [
    user({ id: 'a', roles: [{ id: 'r1', name: 'Operator', sites: {} }] }),
    user({ id: 'b', name: 'Ben', email: 'ben@example.com', mfa_enabled: true, status: 'blocked' }),
  ];
  const ids = (filter: Parameters<typeof filterPeople>[1]) => filterPeople(people, filter).map((one) => one.id);
  it('finds words in name, address and roles', () => {
    expect(ids({ text: 'ann oper' })).toEqual(['a']);
    expect(ids({ text: 'example.com' })).toEqual(['a', 'b']);
  });
  it('filters by state, role and second factor together', () => {
    expect(ids({ state: 'blocked', mfa: 'on' })).toEqual(['b']);
    expect(ids({ role: 'r1', mfa: 'on' })).toEqual([]);
    expect(ids({ mfa: 'off' })).toEqual(['a']);
  });
});

describe('limits of roles', () => {
  it('reads them, says them, and drops what means nothing', () => {
    expect(roleSitesOf([{ id: 'r1', name: 'x', sites: { region: ['north'] } }, { id: 'r2', name: 'y', sites: {} }])).toEqual({ r1: { region: ['north'] } });
    expect(limitsInWords({ region: ['north', 'south'], kind: ['shop'] })).toBe('region: north or south, kind: shop');
    expect(cleanRoleSites({ r1: { region: ['north'], '': ['x'], empty: [] }, gone: { region: ['x'] }, r2: { region: [] } }, ['r1', 'r2'])).toEqual({ r1: { region: ['north'] } });
  });
});
