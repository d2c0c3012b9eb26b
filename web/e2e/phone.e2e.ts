// Every page on a phone of 360 px: nothing scrolls sideways but what says so, and fingers hit what they aim at.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, signIn } from './harness.ts';
import { pages } from './pages.ts';
import { settle } from './scenes.ts';
import { buildStage, type Stage } from './stage.ts';

let stage: Stage;
let page: Page;
beforeAll(async () => {
  stage = await buildStage();
  const context = await newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, reducedMotion: 'reduce' });
  page = await context.newPage();
  await signIn(page, stage.server, 'ann@example.net');
}, 240_000);
afterAll(async () => {
  await closeBrowser();
  await stage?.server.stop();
});

/** Smaller than 24 px either way. Links within a text, and what lies behind its label, are measured by that. */
const tooSmall = () =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, [role=button], [role=tab], nav a, main input[type=checkbox], a.mantine-Button-root')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .map((one) => ({ html: one.outerHTML.slice(0, 140), box: (one.closest('label, .mantine-Switch-body, .mantine-Checkbox-body, .mantine-InlineInput-body') ?? one).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && (box.width < 23.5 || box.height < 23.5))
      .map(({ html, box }) => `${Math.round(box.width)} × ${Math.round(box.height)} ${html}`),
  );

test.each([...pages, { name: 'shared-faults', path: '/app/shared/faults#none' }])('$name fits a phone', async ({ path }) => {
  await page.goto(stage.server.url + path.replace('{site}', stage.site));
  await settle(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  expect(await tooSmall()).toEqual([]);
});

test.each([['/signin'], ['/password/forgot']])('%s fits a phone', async (path) => {
  await page.goto(stage.server.url + path);
  await page.locator('h1').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
});
