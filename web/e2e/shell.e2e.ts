import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, Server, signIn, watchTroubles } from './harness.ts';

let server: Server;
beforeAll(async () => {
  server = await Server.start();
  await server.addUser('ann@example.net', 'North');
});
afterAll(async () => {
  await closeBrowser();
  await server?.stop();
});

test('a person signs in, sees the dashboard, and the page breaks no rule of its own policy', async () => {
  const context = await newContext();
  const page = await context.newPage();
  const troubles = watchTroubles(page);
  await signIn(page, server, 'ann@example.net');
  expect(await page.locator('main h1').innerText()).toBe('Dashboard');
  await page.reload();
  await page.locator('main h1').waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

test('a session that ended elsewhere asks to sign in again and loses nothing', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net');
  // The token is gone and the cookie is gone, as after "end all other sessions" on another device.
  await context.clearCookies();
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await page.locator('#email').waitFor();
  expect(new URL(page.url()).pathname).toBe('/signin');
  await context.close();
});

test('an address that does not exist says so', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net', '/app/nothing/here');
  expect(await page.locator('main').innerText()).toContain('There is no such page');
  await context.close();
});

test('an application that cannot be fetched says so instead of a page that stays empty', async () => {
  const context = await newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net');
  await page.route('**/assets/libraries-*.js', (route) => route.abort());
  await page.goto(`${server.url}/app/sites`);
  expect(await page.getByRole('alert').innerText()).toContain('could not be fetched');
  await page.unroute('**/assets/libraries-*.js');
  await page.reload();
  await page.locator('main h1', { hasText: 'Sites' }).waitFor();
  await page.getByText('No sites yet').waitFor();
  await context.close();
});

test('what a page always says is there before the application is', async () => {
  const context = await newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net');
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/assets/libraries-*.js', async (route) => { await held; await route.continue(); });
  await page.goto(`${server.url}/app/sites`, { waitUntil: 'commit' });
  const title = page.locator('.starting h1');
  await title.waitFor();
  const before = await title.boundingBox();
  letGo();
  await page.getByText('No sites yet').waitFor();
  expect(await page.locator('.starting').count()).toBe(0);
  const after = await page.locator('main h1').boundingBox();
  expect([after?.x, after?.y, after?.height]).toEqual([before?.x, before?.y, before?.height]);
  await context.close();
});

test('a filter that does not exist is left out of the list, not shown as one', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net', '/app/sites?state=gone');
  await page.getByText('No sites yet').waitFor();
  expect(await page.locator('main').innerText()).not.toContain('State:');
  await context.close();
});
