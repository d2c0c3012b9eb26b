// Everything without a mouse: each page by Tab alone, dialogs that take and give back the focus, lists by arrows, the keys behind `?`.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, signIn, until } from './harness.ts';
import { pages } from './pages.ts';
import { settle } from './scenes.ts';
import { buildStage, type Stage } from './stage.ts';

let stage: Stage;
let page: Page;
beforeAll(async () => {
  stage = await buildStage();
  const context = await newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.addInitScript(watchFocus);
  await signIn(page, stage.server, 'ann@example.net');
}, 240_000);
afterAll(async () => {
  await closeBrowser();
  await stage?.server.stop();
});

const visit = async (path: string) => {
  await page.goto(stage.server.url + path.replace('{site}', stage.site));
  await settle(page);
};

/** Runs in the page: marks what had the focus, and notes what had it unseen. */
function watchFocus() {
  const unseen: string[] = [];
  Object.assign(window, { unseen });
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    target.dataset.reached = '';
    requestAnimationFrame(() => {
      if (document.activeElement !== target || !target.matches(':focus-visible')) return;
      const isRinged = (one: Element | null | undefined) => {
        if (!one) return false;
        const style = getComputedStyle(one);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
      };
      const isField = target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'); // their border changes its colour
      if (!isField && ![target, target.nextElementSibling, target.parentElement, target.closest('.cm-editor')].some(isRinged)) unseen.push(target.outerHTML.slice(0, 140));
    });
  });
}

/** Tab until the page begins again; what has the focus twice in a row holds it. */
async function tabThrough(): Promise<{ stops: number; trap: string | null }> {
  for (let stops = 1; stops < 300; stops += 1) {
    await page.keyboard.press('Tab');
    const state = await page.evaluate(() => {
      const active = document.activeElement as HTMLElement | null;
      const held = active?.dataset.held === 'yes';
      for (const one of document.querySelectorAll<HTMLElement>('[data-held]')) delete one.dataset.held;
      if (active && active !== document.body) active.dataset.held = 'yes';
      return { isStart: active === document.body || active?.classList.contains('skip-link') === true, held, html: active?.outerHTML.slice(0, 160) ?? '' };
    });
    if (state.held) return { stops, trap: state.html };
    if (state.isStart && stops > 1) return { stops, trap: null };
  }
  return { stops: 300, trap: 'the page never began again' };
}

/** What can be clicked and was never reached. The arrows beside a number are the arrow keys in it, the crosses in a field of many are Backspace. */
const unreached = () =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [role=button], [role=tab], [contenteditable=true]')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(':disabled, [type=radio], [role=tab][aria-selected=false], .mantine-NumberInput-control, .mantine-Pill-remove[tabindex="-1"], [data-reached]') && one.closest('[role=grid] [role=row]') === null)
      .map((one) => one.outerHTML.slice(0, 160)),
  );

test.each(pages)('$name is used by Tab alone', async ({ path }) => {
  await visit(path);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('skip-link');
  const { trap, stops } = await tabThrough();
  expect(trap).toBeNull();
  expect(stops).toBeGreaterThan(5);
  expect(await unreached()).toEqual([]);
  expect(await page.evaluate(() => (window as unknown as { unseen: string[] }).unseen)).toEqual([]);
});

const hasFocus = (selector: string) => page.evaluate((wanted) => document.activeElement?.closest(wanted) !== null, selector);
const shown = () => page.locator('[role=dialog]').filter({ visible: true });

const openers: [string, string | RegExp][] = [
  ['/app/faults', 'Report a fault'], ['/app/faults', 'Share'], ['/app/sites', 'Filters'], ['/app/sites', 'Views'], ['/app/sites', 'Columns'], ['/app/', /Account of/], ['/app/settings/users', 'Invite'],
  ['/app/settings/roles', 'Night shift'], ['/app/settings/api-keys', 'New key'], ['/app/settings/tags', 'Region'], ['/app/account?tab=security', 'Set up'], ['/app/account?tab=sessions', 'Sign out everywhere else'],
  ['/app/sites/{site}/files', 'Write a note'], ['/app/sites/{site}/settings', 'Delete…'],
];
test.each(openers)('on %s, %s takes the focus and gives it back', async (path, name) => {
  await visit(path);
  const opener = page.getByRole('button', { name, exact: typeof name === 'string' }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  await shown().first().waitFor();
  await until(() => hasFocus('[role=dialog]'), 'the focus is in the dialog', 5000);
  const isModal = await shown().first().evaluate((one) => one.closest('[aria-modal=true]') !== null);
  for (let n = 0; isModal && n < 40; n += 1) {
    await page.keyboard.press('Tab');
    expect(await hasFocus('[role=dialog]')).toBe(true);
  }
  if (await page.evaluate(() => document.activeElement?.getAttribute('aria-expanded') === 'true')) await page.keyboard.press('Escape'); // a list of choices takes the first
  await page.keyboard.press('Escape');
  await until(async () => (await shown().count()) === 0, 'the dialog is closed', 5000);
  await until(() => opener.evaluate((one) => document.activeElement === one), 'the focus is back', 5000);
});

test('a menu of a row is walked by arrows, and its dialog gives the focus back to the menu', async () => {
  await visit('/app/settings/api-keys');
  const menu = page.getByRole('button', { name: /Actions for the key/ }).first();
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await until(() => hasFocus('[role=menuitem]'), 'the first entry has the focus', 5000);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Revoke');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: /Revoke/ }).waitFor();
  await page.keyboard.press('Escape');
  await until(() => menu.evaluate((one) => document.activeElement === one), 'the focus is back at the menu', 5000);
});

test('rows of a long list are reached by arrows, opened by Enter, selected by Space', async () => {
  await visit('/app/faults');
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await until(() => hasFocus('[data-row="1"]'), 'the second row has the focus', 5000);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Fault' }).waitFor();
  await page.keyboard.press('Escape');
  await until(() => hasFocus('[data-row="1"]'), 'the focus is back in the row', 5000);
  await visit('/app/sites');
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Space');
  await page.getByText('2 sites selected').waitFor();
  await page.keyboard.press('End');
  await until(() => hasFocus('[data-row="12"]'), 'the last row has the focus', 5000);
});

test('Escape closes the question over a drawer, and the drawer with the next one', async () => {
  await visit('/app/settings/users');
  await page.getByRole('row', { name: /Cleo/ }).focus();
  await page.keyboard.press('Enter');
  const block = page.getByRole('dialog', { name: 'User' }).getByRole('button', { name: 'Block' });
  await block.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: /Block Cleo/ }).waitFor();
  await page.keyboard.press('Escape');
  await until(async () => (await shown().count()) === 1, 'only the drawer is open', 5000);
  await until(() => block.evaluate((one) => document.activeElement === one), 'the focus is back in the drawer', 5000);
  await page.keyboard.press('Escape');
  await until(async () => (await shown().count()) === 0, 'nothing is open', 5000);
});

test('the skip link, the list of keys, the search and the keys that go to pages', async () => {
  await visit('/app/');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Next and previous row').waitFor();
  await page.keyboard.press('Escape');
  await until(async () => (await shown().count()) === 0, 'the list of keys is closed', 5000);
  await page.keyboard.press('/');
  await page.getByPlaceholder(/^Sites, serial/).fill('settings');
  await page.keyboard.press('Escape');
  await until(async () => (await shown().count()) === 0, 'the search is closed', 5000);
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await page.waitForURL(/\/app\/faults/);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
});
