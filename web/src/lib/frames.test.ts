import { expect, test } from 'vitest';
import { frameOf } from './frames';

test('a frame is its name and what it says', () => {
  expect(frameOf('site.pulse', '{"site_id":"a","online":true,"last_seen_at":null}')).toEqual({ event: 'site.pulse', data: { site_id: 'a', online: true, last_seen_at: null } });
  expect(frameOf('reset', '')).toEqual({ event: 'reset', data: {} });
  expect(frameOf('notification', '{"title":"x","message":"y"}')?.event).toBe('notification');
});

test('what this page does not know, or cannot read, does not break the stream', () => {
  for (const [event, data] of [['brand.new', '{}'], [undefined, '{}'], ['toString', '{}'], ['site.pulse', '{"site'], ['site.pulse', '[]'], ['site.pulse', 'null'], ['site.pulse', '7']] as const) expect(frameOf(event, data)).toBeNull();
});
