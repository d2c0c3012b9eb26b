import { expect, test } from 'vitest';
import { dropPlace } from './dropPlace';

const screen = { width: 360, height: 740 };
const panel = { width: 260, height: 300 };

test('below its button, at the same edge', () => {
  expect(dropPlace({ left: 300, right: 350, top: 10, bottom: 40 }, panel, screen, 'end')).toEqual({ left: 90, top: 46, maxHeight: 686 });
});

test('never out of the window', () => {
  expect(dropPlace({ left: 4, right: 60, top: 10, bottom: 40 }, panel, screen, 'end').left).toBe(8);
  expect(dropPlace({ left: 340, right: 358, top: 10, bottom: 40 }, panel, screen, 'start').left).toBe(92);
});

test('above when there is more room, and no higher than that room', () => {
  expect(dropPlace({ left: 10, right: 60, top: 600, bottom: 640 }, panel, screen, 'start')).toEqual({ left: 10, top: 294, maxHeight: 586 });
  expect(dropPlace({ left: 10, right: 60, top: 200, bottom: 240 }, { width: 260, height: 2000 }, screen, 'start')).toMatchObject({ top: 246, maxHeight: 486 });
});
