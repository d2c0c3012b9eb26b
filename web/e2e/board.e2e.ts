// The board of faults behind a shared link, as somebody without an account sees it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, Server, signIn, watchTroubles } from './harness.ts';

let server: Server;
let ann: Awaited<ReturnType<Server['addUser']>>;
const report = (message: string, severity: string) => ann.api.post<{ id: string }>('/fault', { type: `manual-${message.length}`, message, severity });

beforeAll(async () => {
  server = await Server.start();
  ann = await server.addUser('ann@example.net', 'North');
});
afterAll(async () => {
  await closeBrowser();
  await server.stop();
});

test('a link is made, opens without an account, follows what happens, and ends when it is taken back', async () => {
  await report('The printer is out of paper', 'low');
  await report('Power cut in building 7', 'critical');
  const own = await newContext();
  const page = await own.newPage();
  await signIn(page, server, 'ann@example.net', '/app/faults');
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByLabel('link to the board', { exact: true }).innerText();

  const foreign = await newContext();
  const board = await foreign.newPage();
  const troubles = watchTroubles(board, /status of (401|404)/);
  await board.clock.install();
  const next = () => board.clock.fastForward(16_000); // it asks every fifteen seconds
  const asked: string[] = [];
  board.on('request', (request) => asked.push(request.url()));
  await board.goto(link);
  await board.getByText('faults last').waitFor();
  expect(await board.getByRole('listitem').allInnerTexts().then((all) => all.map((text) => text.split('\n')[2]))).toEqual(['Power cut in building 7', 'The printer is out of paper']);
  await board.getByText('Up to date').waitFor();
  await board.getByText(/The link ends in/).waitFor();
  expect(await board.title()).toContain('(2)');
  // Nobody is asked to sign in, and the secret is in no address but that of its own operation.
  expect(asked.filter((url) => !url.includes('/assets/') && /authorize|signin|\/me\b|realtime/.test(url))).toEqual([]);

  await report('A third thing', 'high');
  await next();
  await board.getByText('A third thing').waitFor();
  await server.kill();
  await next();
  await board.getByText('This is not up to date').waitFor();
  await server.launch();
  await next();
  await board.getByText('Up to date', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('Take back').waitFor({ state: 'detached' });
  await next();
  await board.getByText('This link was taken back').waitFor();
  await board.goto(`${server.url}/app/shared/faults`);
  await board.getByText('This link is not complete').waitFor();
  expect(troubles.filter((line) => !/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(line))).toEqual([]);
  await own.close();
  await foreign.close();
});

test('a reported fault is put right and ended', async () => {
  const { id } = await report('Flod in the celler', 'low');
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net', `/app/faults?fault=${id}`);
  const drawer = page.getByRole('dialog', { name: 'Fault', exact: true });
  await drawer.getByRole('button', { name: 'Edit' }).click();
  const form = page.getByRole('dialog', { name: 'Edit the fault' });
  await form.getByLabel('What happened').fill('');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('What happened?').waitFor();
  await form.getByLabel('What happened').fill('Flood in the cellar');
  await form.getByLabel('Cause').fill('Heavy rain');
  await form.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('Flood in the cellar').waitFor();
  await page.getByRole('row', { name: /Flood in the cellar.*Heavy rain/ }).waitFor();
  await drawer.getByRole('button', { name: 'Resolve' }).click();
  await drawer.getByText('Resolved').waitFor();
  await context.close();
});
