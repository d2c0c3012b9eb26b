import { expect, test } from 'vitest';
import { shadesOf } from './theme';

test('a brand colour becomes ten shades from light to dark around itself', () => {
  const shades = shadesOf('#204080')!;
  expect(shades).toHaveLength(10);
  expect(shades[6]).toBe('#204080');
  const light = shades.map((shade) => parseInt(shade.slice(1, 3), 16));
  expect([...light].sort((a, b) => b - a)).toEqual(light);
});

test('what is no colour is not used', () => {
  for (const wrong of ['', 'blue', '#fff', '#20408', '#20408g']) expect(shadesOf(wrong)).toBeNull();
});
