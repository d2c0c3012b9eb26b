// Sessions that end, and a network that is gone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, password, Server, signIn, until } from './harness.ts';

let server: Server;
let ann: Awaited<ReturnType<Server['addUser']>>;
beforeAll(async () => {
  server = await Server.start();
  ann = await server.addUser('ann@example.net', 'North');
  await ann.api.post('/sites', { name: 'Harbour shop' });
});
afterAll(async () => {
  await closeBrowser();
  await server?.stop();
});

test('a session that is ended elsewhere asks to sign in beside the page, and what was typed stays', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net', '/app/sites/add');
  await page.getByLabel('Name of the site').fill('Half typed');
  const sessions = await ann.api.get<{ id: string; current: boolean }[]>('/me/sessions');
  for (const session of sessions.filter((one) => !one.current)) await ann.api.call('DELETE', `/me/sessions/${session.id}`);
  await page.getByRole('button', { name: 'Make the command' }).click();
  const [beside] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('button', { name: 'Sign in again' }).click(),
  ]);
  await beside.locator('#email').fill('ann@example.net');
  await beside.locator('#password').fill(password);
  await beside.locator('#password-form [type=submit]').click();
  await page.getByLabel('command', { exact: true }).waitFor();
  expect(await page.locator('main').innerText()).toContain('Half typed');
  await context.close();
});

test('without a network the shell opens and shows what was last known', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net', '/app/sites');
  await page.getByText('Harbour shop').first().waitFor();
  // The worker takes over, then everything is asked for once more, through it.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.reload();
  await page.getByText('Harbour shop').first().waitFor();
  await until(() => page.evaluate(async () => (await (await caches.open('data')).keys()).length > 0), 'the worker keeps the list');
  await context.setOffline(true);
  await page.reload();
  await page.getByText('You are offline').waitFor();
  await page.getByText('Harbour shop').first().waitFor();
  await context.setOffline(false);
  await context.close();
});
