import { describe, expect, it } from 'vitest';
import { checkExpiry, expiresAt, expiryOf, lifeOf } from './expiry';

const now = Date.parse('2026-03-10T12:00:00Z');

describe('expiry of a key', () => {
  it('is never, in so many days, or at the end of a day', () => {
    expect(expiresAt({ lifetime: 'never', date: '' }, now)).toBeNull();
    expect(expiresAt({ lifetime: '30', date: '' }, now)).toBe('2026-04-09T12:00:00.000Z');
    expect(new Date(expiresAt({ lifetime: 'date', date: '2026-12-31' }, now)!).getTime()).toBe(new Date('2026-12-31T23:59:59').getTime());
  });
  it('comes back into the form as it was', () => {
    const iso = expiresAt({ lifetime: 'date', date: '2026-12-31' }, now);
    expect(expiryOf(iso)).toEqual({ lifetime: 'date', date: '2026-12-31' });
    expect(expiryOf(null).lifetime).toBe('never');
  });
  it('is later than tomorrow', () => {
    expect(checkExpiry({ lifetime: 'date', date: '2026-03-11' }, now)).toContain('later than tomorrow');
    expect(checkExpiry({ lifetime: 'date', date: '2026-03-20' }, now)).toBeNull();
    expect(checkExpiry({ lifetime: 'date', date: '' }, now)).toBe('Choose a day.');
    expect(checkExpiry({ lifetime: '30', date: '' }, now)).toBeNull();
  });
  it('warns two weeks before', () => {
    expect(lifeOf(null, now)).toBe('ok');
    expect(lifeOf('2026-03-20T00:00:00Z', now)).toBe('soon');
    expect(lifeOf('2026-03-10T11:00:00Z', now)).toBe('over');
    expect(lifeOf('2027-01-01T00:00:00Z', now)).toBe('ok');
  });
});
