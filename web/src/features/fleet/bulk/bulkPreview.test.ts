import { expect, test } from 'vitest';
import { outcomeFor, type Preview } from './bulkPreview';

const preview: Preview = {
  hit: [{ site_id: 'a', name: 'A', state: 'offline', version: '7.20', note: 'Offline: the job waits and runs when the site is back.' }],
  skipped: [
    { site_id: 'b', name: 'B', reason: 'never_adopted', message: 'No router was adopted.' }, { site_id: 'c', name: 'C', reason: 'site_deleting', message: 'The site is being deleted and takes no new jobs.' },
    { site_id: 'd', name: '', reason: 'resource_missing', message: 'There is no such site.' },
  ],
  counts: { hit: 1, skipped: 3, offline: 1 },
};

test('a backup is a job: the server says who takes it', () => {
  expect(outcomeFor('backup', preview)).toEqual({ hit: [{ site_id: 'a', name: 'A', state: 'offline', note: preview.hit[0]!.note }], skipped: preview.skipped });
});

test('a tag goes on sites without a router, too', () => {
  const { hit, skipped } = outcomeFor('tag', preview);
  expect(hit.map((one) => one.site_id)).toEqual(['a', 'b', 'c']);
  expect(hit[0]!.note).toBeNull();
  expect(skipped.map((one) => one.site_id)).toEqual(['d']);
});

test('nothing is deleted twice', () => {
  const { hit, skipped } = outcomeFor('delete', preview);
  expect(hit.map((one) => one.site_id)).toEqual(['a', 'b']);
  expect(skipped).toContainEqual({ site_id: 'c', name: 'C', message: 'It is already being deleted.' });
});
