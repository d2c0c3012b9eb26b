import { describe, expect, it } from 'vitest';
import type { User } from './people';
import { changesOf, valuesOf } from './userChanges';

const ann = {
  name: 'Ann', allow_login: true, timezone: 'UTC', mobile: { e164: '+491701234567', local: '0170 1234567', country: 'DE' },
  roles: [{ id: 'r1', name: 'Operator', sites: { region: ['north'] } }],
} as unknown as User;
const unchanged = { ...valuesOf(ann), mobileNow: { local: '0170 1234567', country: 'DE' } };

describe('changesOf', () => {
  it('sends nothing that did not change', () => expect(changesOf(ann, unchanged)).toEqual({}));
  it('sends roles with their limits together', () => {
    expect(changesOf(ann, { ...unchanged, roles: ['r1', 'r2'] })).toEqual({ roles: ['r1', 'r2'], role_sites: { r1: { region: ['north'] } } });
    expect(changesOf(ann, { ...unchanged, role_sites: {} })).toEqual({ roles: ['r1'], role_sites: {} });
  });
  it('takes a number away', () => expect(changesOf(ann, { ...unchanged, mobileNow: null })).toEqual({ mobile: null }));
  it('trims a name', () => expect(changesOf(ann, { ...unchanged, name: ' Ann Other ' })).toEqual({ name: 'Ann Other' }));
});
