import { expect, test } from 'vitest';
import { exportPath, isFaultFiltered, parseFaultSearch, toFaultFilter } from './faultSearch';

const now = Date.UTC(2026, 0, 8, 12, 34);

test('an address says which faults, and what it does not know is left out', () => {
  expect(parseFaultSearch({ q: ' wan ', range: '7d', severity: ['critical', 'loud'], type: 'site', open: true, fault: 'flt_1' })).toEqual({ q: 'wan', range: '7d', severity: ['critical'], type: 'site', open: true, fault: 'flt_1' });
  expect(parseFaultSearch({ range: 'ever', severity: 'loud', open: 'yes', q: 5 })).toEqual({});
});

test('the server is asked in its own words', () => {
  expect(toFaultFilter({ range: '24h', type: 'site', open: true, fault: 'flt_1' }, now)).toEqual({ from: '2026-01-07T12:00:00.000Z', type: ['site'], status: 'unresolved' });
  expect(exportPath({ q: 'a&b', severity: ['high', 'low'] }, now)).toBe('/fault/export?q=a%26b&severity=high&severity=low');
  expect(exportPath({}, now)).toBe('/fault/export');
});

test('an open drawer is no filter', () => {
  expect(isFaultFiltered({ fault: 'flt_1' })).toBe(false);
  expect(isFaultFiltered({ open: true })).toBe(true);
});
