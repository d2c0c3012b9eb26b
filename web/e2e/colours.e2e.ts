import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, Server, signIn, until, watchTroubles } from './harness.ts';

let server: Server;
beforeAll(async () => {
  server = await Server.start();
  await server.addUser('ann@example.net', 'North');
});
afterAll(async () => {
  await closeBrowser();
  await server?.stop();
});

test('the colours chosen on the sign-in page are kept, and are those of the application', async () => {
  const context = await newContext({ colorScheme: 'light' });
  const page = await context.newPage();
  const troubles = watchTroubles(page, /status of 404/);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(`${server.url}/signin`);
  expect(await background()).toBe('rgb(247, 248, 250)');
  await page.getByLabel('Colours').selectOption('dark');
  expect(await background()).toBe('rgb(21, 24, 29)');
  await page.goto(`${server.url}/password/forgot`);
  expect(await background()).toBe('rgb(21, 24, 29)');
  expect(await page.getByLabel('Colours').inputValue()).toBe('dark');
  await signIn(page, server, 'ann@example.net');
  await until(async () => (await background()) === 'rgb(21, 24, 29)', 'the application is dark');
  expect(troubles).toEqual([]);
  await context.close();
});
