import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeBrowser, newContext, Server, signIn, until, watchTroubles, type Api } from './harness.ts';

let server: Server;
let ann: { team_id: string; api: Api };
let stopRouters: () => Promise<void>;
let page: Page;
let troubles: string[];

interface Site {
  id: string;
  name: string;
  state: string;
}
const online = (least: number) => until(async () => (await ann.api.get<Site[]>('/sites')).filter((site) => site.state === 'online').length >= least, `${least} routers are online`, 120_000);
const grid = () => page.getByRole('grid', { name: 'Sites', exact: true });
const rows = () => grid().locator('[data-row]');

beforeAll(async () => {
  server = await Server.start({ 'monitor.heartbeat.period_s': 5, 'monitor.heartbeat.miss_limit': 2, 'monitor.restart_guard_s': 0 });
  ann = await server.addUser('ann@example.net', 'North');
  const runbook = await server.cli<{ token: string }>('admin', 'create-runbook', '--team', ann.team_id);
  stopRouters = server.startSimulator(['--runbook', runbook.token, '--count', '6', '--life', 'calm']).stop;
  await online(6);
  const context = await newContext();
  page = await context.newPage();
  troubles = watchTroubles(page);
  await signIn(page, server, 'ann@example.net');
}, 180_000);
afterAll(async () => {
  await closeBrowser();
  await server.stop();
});

test('the dashboard counts the fleet and leads to the sites behind a number', async () => {
  await page.goto(`${server.url}/app/`);
  await page.getByRole('link', { name: /Online/ }).first().click();
  await page.waitForURL(/state=online/);
  await until(async () => (await rows().count()) === 6, 'six sites are listed');
});

test('a filter stands in the address, survives a reload and is taken off by its chip', async () => {
  await page.goto(`${server.url}/app/sites`);
  await until(async () => (await rows().count()) === 6, 'six sites are listed');
  const name = (await rows().first().locator('[data-open]').innerText()).trim();
  await page.getByRole('searchbox', { name: 'Search sites' }).fill(name);
  await page.waitForURL(/q=/);
  await until(async () => (await rows().count()) === 1, 'one site is listed');
  await page.reload();
  await until(async () => (await rows().count()) === 1, 'one site is listed after a reload');
  await page.getByRole('button', { name: /Remove the filter/ }).click();
  await until(async () => (await rows().count()) === 6, 'all sites are listed again');
});

test('a view is saved and opens again from another page', async () => {
  await page.goto(`${server.url}/app/sites?state=offline`);
  await page.getByText('No site matches').waitFor();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('button', { name: 'Save this view…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Silent ones');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('button', { name: 'Silent ones' }).waitFor();
  await page.goto(`${server.url}/app/sites`);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Silent ones', exact: true }).click();
  await page.waitForURL(/state=offline/);
});

test('a tag goes on many sites at once, and shows in their rows without a reload', async () => {
  await ann.api.post('/tags', { key: 'Region', color: '#2f9e44' });
  await page.goto(`${server.url}/app/sites`);
  await rows().nth(5).waitFor();
  await rows().nth(0).locator('input').click();
  await rows().nth(3).locator('input').click({ modifiers: ['Shift'] });
  await page.getByText('4 sites selected').waitFor();
  await page.getByRole('button', { name: 'Add a tag' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('combobox', { name: 'Tag' }).or(drawer.getByLabel('Tag', { exact: true })).first().click();
  await page.getByRole('option', { name: 'Region' }).click();
  await drawer.getByLabel('Value').fill('EMEA');
  await drawer.getByRole('button', { name: 'Tag: 4 sites' }).click();
  await drawer.getByText('4 sites done').waitFor();
  await drawer.getByRole('button', { name: 'Close', exact: true }).last().click();
  await until(async () => (await grid().getByText('EMEA').count()) === 4, 'four rows show the tag');
});

test('deleting many sites needs their number, and their rows say so at once', async () => {
  await page.goto(`${server.url}/app/sites`);
  await rows().nth(5).waitFor();
  await rows().nth(0).locator('input').click();
  await rows().nth(1).locator('input').click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const drawer = page.getByRole('dialog');
  const go = drawer.getByRole('button', { name: 'Delete: 2 sites' });
  await go.waitFor();
  expect(await go.isDisabled()).toBe(true);
  await drawer.getByLabel(/Type 2 to confirm/).fill('2');
  await go.click();
  await drawer.getByText('2 sites done').waitFor();
  await drawer.getByRole('button', { name: 'Close', exact: true }).last().click();
  await until(async () => (await grid().getByText('Being deleted').count()) === 2, 'two rows are being deleted');
});

test('a job on many sites is watched to its end', async () => {
  const sites = (await ann.api.get<Site[]>('/sites')).filter((site) => site.state === 'online').map((site) => site.id);
  const batch = await ann.api.post<{ id: string }>('/jobs/batches', { sites, description: 'Say hello', script: ':log info hello' });
  await page.goto(`${server.url}/app/jobs/batches/${batch.id}`);
  await page.getByText(`All over: ${sites.length} completed, 0 failed`).waitFor({ timeout: 90_000 });
});

test('what failed on many sites is run once more, as a batch of its own', async () => {
  const sites = (await ann.api.get<Site[]>('/sites')).filter((site) => site.state === 'online').slice(0, 2).map((site) => site.id);
  const batch = await ann.api.post<{ id: string }>('/jobs/batches', { sites, description: 'Break', script: ':error "no"' });
  await page.goto(`${server.url}/app/jobs/batches/${batch.id}`);
  await page.getByText('All over: 0 completed, 2 failed').waitFor({ timeout: 90_000 });
  await page.getByRole('button', { name: 'Run 2 failed jobs again' }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/app/jobs/batches/') && !url.pathname.endsWith(batch.id));
  await page.getByText('All over: 0 completed, 2 failed').waitFor({ timeout: 90_000 });
});

test('a fault is reported, talked about and resolved', async () => {
  await page.goto(`${server.url}/app/faults`);
  await page.getByRole('button', { name: 'Report a fault' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What happened').fill('Power cut in building 7');
  await dialog.getByLabel('Type', { exact: false }).last().fill('power');
  await dialog.getByRole('button', { name: 'Report', exact: true }).click();
  await page.waitForURL(/fault=flt_/);
  const drawer = page.getByRole('dialog', { name: 'Fault' });
  await drawer.getByLabel('Add a comment').fill('The power company is on it.');
  await drawer.getByRole('button', { name: 'Comment', exact: true }).click();
  await drawer.getByText('The power company is on it.').first().waitFor();
  await drawer.getByRole('button', { name: 'Resolve' }).click();
  await drawer.getByText('Resolved').waitFor();
});

test('routers that fall silent turn to offline where they stand', async () => {
  await page.goto(`${server.url}/app/sites`);
  await rows().nth(3).waitFor();
  await stopRouters();
  await until(async () => (await grid().getByText('Offline').count()) >= 4, 'the rows say offline', 90_000);
  // Settings that were never made answer 404; service workers are blocked here, which workbox does not expect.
  expect(troubles.filter((one) => !/404|'waiting'/.test(one))).toEqual([]);
});
