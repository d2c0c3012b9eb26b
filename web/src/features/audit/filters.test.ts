import { describe, expect, it } from 'vitest';
import { exportPath, isFiltered, queryOf, readSearch } from './filters';

const now = Date.parse('2026-03-10T12:00:30Z');

describe('filters of the audit log', () => {
  it('takes from the URL only what it knows', () => {
    expect(readSearch({ range: '7d', method: 'GET', status: '4xx', actor: 'robot', from: 'yesterday', endpoint: '/users' })).toMatchObject({ range: '7d', method: undefined, status: '4xx', actor: undefined, from: undefined, endpoint: '/users' });
  });
  it('asks for a range from a whole minute', () => {
    expect(queryOf({ range: '1h' }, now)).toEqual({ start_date: '2026-03-10T11:00:00.000Z' });
  });
  it('prefers chosen days, whole ones', () => {
    const query = queryOf({ range: '1h', from: '2026-03-01', until: '2026-03-02' }, now);
    expect(query.start_date).toBe(new Date('2026-03-01T00:00:00').toISOString());
    expect(query.end_date).toBe(new Date('2026-03-02T23:59:59.999').toISOString());
  });
  it('makes a path of an endpoint and leaves names of events', () => {
    expect(queryOf({ endpoint: 'users' }, now).endpoint).toBe('/users');
    expect(queryOf({ endpoint: 'mfa.reset' }, now).endpoint).toBe('mfa.reset');
  });
  it('leaves out words too short to search for', () => {
    expect(queryOf({ q: ' a ' }, now)).toEqual({});
  });
  it('exports what the list shows', () => {
    expect(exportPath(queryOf({ method: 'DELETE', q: 'a b' }, now), 'csv')).toBe('/audit-logs/export?http_verb=DELETE&search_term=a+b&format=csv');
  });
  it('knows whether something is filtered', () => {
    expect(isFiltered({ entry: 'log_1', sort: 'asc' })).toBe(false);
    expect(isFiltered({ status: '5xx' })).toBe(true);
  });
});
