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
