// What a new user does in the first quarter of an hour: adopt a router, run a script on it, compare two backups.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, Server, signIn, until, watchTroubles } from './harness.ts';

let server: Server;
let page: Page;
let troubles: string[];
let ann: Awaited<ReturnType<Server['addUser']>>;
let siteUrl = '';

beforeAll(async () => {
  server = await Server.start();
  ann = await server.addUser('ann@example.net', 'North');
  const context = await newContext();
  page = await context.newPage();
  troubles = watchTroubles(page);
  await signIn(page, server, 'ann@example.net');
});
afterAll(async () => {
  await closeBrowser();
  await server?.stop();
});

test('a router is adopted through the wizard, each step shows as it happens', async () => {
  await page.goto(`${server.url}/app/sites/add`);
  await page.getByLabel('Name of the site').fill('Harbour shop');
  await page.getByRole('button', { name: 'Make the command' }).click();
  const command = await page.getByLabel('command', { exact: true }).innerText();
  expect(command).toContain('/tool fetch');
  server.startSimulator(['--bootstrap', command, '--count', '1', '--routeros', '7.20.8']);
  for (const step of ['The router fetched its script', 'Adopted', 'The first heartbeat arrived', 'Model and version are known', 'The first backup is stored'])
    await page.getByText(step, { exact: true }).first().waitFor();
  await page.getByRole('link', { name: 'Open the site' }).click();
  await page.waitForURL(/\/app\/sites\/[0-9a-f-]{36}$/);
  siteUrl = page.url();
  await page.locator('h1').getByText('Online').waitFor();
});

test('a script is written, checked by our own parser, run, and watched to its end', async () => {
  await page.locator('main').getByRole('link', { name: 'Run a script' }).click();
  await page.getByLabel('What it does').fill('Name the router');
  const editor = page.getByRole('textbox', { name: 'Script', exact: true });
  await editor.click();
  await page.keyboard.type('/system identity set bogus=harbour');
  await page.getByRole('button', { name: 'Run it anyway' }).waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('/system identity set name=harbour');
  await page.getByRole('button', { name: 'Run on 1 site' }).click();
  await page.waitForURL(/\/log\?job=/);
  await page.getByText('Completed', { exact: true }).first().waitFor();
  await until(async () => (await page.request.get(`${server.url}/sites/${siteUrl.split('/').at(-1)}`, { headers: { Authorization: `Bearer ${ann.token}` } }).then((answer) => answer.json())).identity === 'harbour', 'the identity is known');
});

test('a script with a mistake fails, and the log says so', async () => {
  const site = siteUrl.split('/').at(-1)!;
  await ann.api.post('/jobs/batches', { sites: [site], description: 'A broken one', script: ':error "out of paper"' });
  await page.goto(`${siteUrl}/log`);
  await page.getByText('Failed', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: /A broken one/ }).click();
  await page.getByRole('button', { name: 'Run it again' }).waitFor();
});

test('two backups are compared side by side', async () => {
  await page.goto(`${siteUrl}/backups`);
  await page.getByRole('row').nth(1).waitFor();
  const before = await page.getByRole('row').count();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await until(async () => (await page.getByRole('row').count()) > before, 'the new backup is in the list');
  for (const box of await page.getByRole('checkbox', { name: /Compare the backup/ }).all().then((all) => all.slice(0, 2))) await box.check();
  await page.getByRole('button', { name: 'Compare these two' }).click();
  await page.getByText(/lines? added/).waitFor();
  await until(async () => (await page.locator('.cm-content').allInnerTexts()).join('\n').includes('harbour'), 'the new name is in the comparison');
});

test('a restart of the server in the middle is survived without a reload', async () => {
  await page.goto(siteUrl);
  await page.getByLabel(/^Live\./).waitFor();
  await server.kill();
  await page.getByLabel(/^Connecting\./).waitFor();
  await server.launch();
  await page.getByLabel(/^Live\./).waitFor();
  await ann.api.post('/jobs/batches', { sites: [siteUrl.split('/').at(-1)], description: 'After the restart', script: ':log info hello' });
  await page.getByText('After the restart').waitFor();
});

test('nothing on the way broke the policy of the page or threw an error', () => {
  // While the server was gone, calls failed: that is what the restart test is about. And Chromium itself tries to style what is typed into an editable line.
  expect(troubles.filter((line) => !/Applying inline style|ERR_CONNECTION_REFUSED|Failed to load resource|ERR_INCOMPLETE/.test(line))).toEqual([]);
});
