// Two teams on one installation: neither sees the other, live or by address.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, Server, signIn, until } from './harness.ts';

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(async () => {
  await closeBrowser();
  await server?.stop();
});

test('sites, addresses and live events of another team do not exist', async () => {
  const ann = await server.addUser('ann@example.net', 'North');
  const bob = await server.addUser('bob@example.net', 'South');
  const site = await ann.api.post<{ id: string }>('/sites', { name: 'Zanzibar harbour' });
  await bob.api.post('/sites', { name: 'Open market' });

  const page = await (await newContext()).newPage();
  const received: string[] = [];
  page.on('response', (response) => void response.text().then((text) => received.push(text), () => {}));
  await signIn(page, server, 'bob@example.net', '/app/sites');
  await page.getByText('Open market').first().waitFor();
  await page.getByLabel(/^Live\./).waitFor();
  await ann.api.post('/sites', { name: 'Zanzibar mine' });
  await bob.api.post('/sites', { name: 'Second market' });
  await page.getByText('Second market').first().waitFor();
  expect(await page.getByText('Zanzibar').count()).toBe(0);

  await page.goto(`${server.url}/app/sites/${site.id}`);
  await page.getByRole('heading', { name: 'Not found' }).waitFor();
  await until(() => received.length > 0, 'answers were seen');
  expect(received.join('\n')).not.toContain('Zanzibar');
});
