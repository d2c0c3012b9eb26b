import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, closeBrowser, newContext, Server, signIn, watchTroubles } from './harness.ts';

let server: Server;
let ann: Awaited<ReturnType<Server['addUser']>>;
beforeAll(async () => {
  server = await Server.start();
  ann = await server.addUser('ann@example.net', 'North');
});
afterAll(async () => {
  await closeBrowser();
  await server.stop();
});

async function open(to: string) {
  const context = await newContext();
  const page = await context.newPage();
  const troubles = watchTroubles(page, /status of (404|409|422)/);
  await signIn(page, server, 'ann@example.net', to);
  return { context, page, troubles, dialog: page.getByRole('dialog') };
}

test('somebody is invited, the invitation is cancelled', async () => {
  const { context, page, dialog, troubles } = await open('/app/settings/users');
  await page.getByRole('button', { name: 'Invite' }).click();
  await dialog.getByLabel('E-mail').fill('nobody');
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await dialog.getByText('An e-mail address such as').waitFor();
  await dialog.getByLabel('E-mail').fill('ben@example.net');
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await page.getByRole('button', { name: /Actions for the invitation of ben/ }).click();
  await page.getByRole('menuitem', { name: 'Cancel invitation' }).click();
  await dialog.getByRole('button', { name: 'Cancel invitation' }).click();
  await page.getByText('The invitation was cancelled.').waitFor();
  expect(await page.getByText('Open invitations').count()).toBe(0);
  expect(troubles).toEqual([]);
  await context.close();
});

test('somebody is added with a role, blocked, let in again and removed', async () => {
  const { context, page, dialog } = await open('/app/settings/users?user=add');
  await dialog.getByLabel('E-mail').fill('cleo@example.net');
  await dialog.getByLabel('Name', { exact: false }).first().fill('Cleo');
  await dialog.getByRole('checkbox', { name: 'Operator' }).check();
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await dialog.getByText('Shown only now').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('row', { name: /Cleo/ }).click();
  await dialog.getByRole('button', { name: 'Block' }).click();
  await page.getByRole('dialog', { name: 'Block Cleo' }).getByRole('button', { name: 'Block' }).click();
  await page.getByText('Cleo was blocked.').waitFor();
  await dialog.getByRole('button', { name: 'Unblock' }).click();
  await page.getByText('Cleo may sign in again.').waitFor();
  await dialog.getByRole('button', { name: 'Remove from the team' }).click();
  await page.getByRole('dialog', { name: 'Remove Cleo' }).getByRole('button', { name: 'Remove from the team' }).click();
  await page.getByText('Cleo is no longer in the team.').waitFor();
  expect(await page.getByRole('row', { name: /Cleo/ }).count()).toBe(0);
  await context.close();
});

test('a role is copied, searched, changed and deleted', async () => {
  const { context, page, dialog } = await open('/app/settings/roles');
  await page.getByRole('button', { name: 'Actions for the role Viewer' }).click();
  await page.getByRole('menuitem', { name: 'Make a copy' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Night shift');
  await dialog.getByLabel('Find a permission').fill('queue device');
  await dialog.getByRole('checkbox', { name: /Queue device jobs/ }).check();
  await dialog.getByRole('button', { name: 'Create role' }).click();
  await page.getByText('The role Night shift was created.').waitFor();
  const roles = await ann.api.get<{ name: string; scopes: string[] }[]>('/roles');
  expect(roles.find((role) => role.name === 'Night shift')?.scopes).toContain('job:create');
  await page.getByRole('button', { name: 'Actions for the role Night shift' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete role' }).click();
  await page.getByText('The role Night shift was deleted.').waitFor();
  await context.close();
});

test('a key works, gets a new secret, and is refused once revoked', async () => {
  const { context, page, dialog } = await open('/app/settings/api-keys');
  await page.getByRole('button', { name: 'New key' }).first().click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Export');
  await dialog.getByLabel('Find a permission').fill('site:view');
  await dialog.getByRole('checkbox', { name: /See sites/ }).check();
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await dialog.getByText('Shown only now').waitFor();
  const first = await dialog.getByLabel('API key', { exact: true }).innerText();
  await new Api(server.url, first).get('/sites');
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('button', { name: 'Actions for the key Export' }).click();
  await page.getByRole('menuitem', { name: 'New secret' }).click();
  await dialog.getByRole('button', { name: 'Make a new secret' }).click();
  const second = await dialog.getByLabel('API key', { exact: true }).innerText();
  expect(second).not.toBe(first);
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('button', { name: 'Actions for the key Export' }).click();
  await page.getByRole('menuitem', { name: 'Revoke' }).click();
  await dialog.getByLabel(/to confirm/).fill('Export');
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await page.getByText('No keys yet').waitFor();
  await context.close();
});

test('a tag is made and its gap filled', async () => {
  const { context, page, dialog } = await open('/app/settings/tags?tag=new');
  await dialog.getByLabel('Tag', { exact: false }).first().fill('region');
  await dialog.getByRole('checkbox', { name: 'Users' }).check();
  await dialog.getByRole('button', { name: 'Create tag' }).click();
  await page.getByRole('button', { name: 'region', exact: true }).click();
  await dialog.getByLabel(/region of/).fill('north');
  await dialog.getByRole('button', { name: 'Set' }).click();
  await dialog.getByText('Everything has it.').waitFor();
  await dialog.getByRole('row', { name: /north/ }).waitFor();
  await context.close();
});

test('the security policy keeps its author from locking himself out', async () => {
  const { context, page } = await open('/app/settings/security');
  await page.getByRole('switch', { name: 'Demand a second factor' }).click();
  await page.getByText('You would lock yourself out').waitFor();
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await context.close();
});

test('the audit log filters by URL, opens an entry, exports and verifies', async () => {
  const { context, page, dialog } = await open('/app/audit?method=POST&endpoint=%2Froles');
  await page.getByRole('row', { name: /POST \/roles/ }).first().click();
  await dialog.getByText('Night shift').first().waitFor();
  expect(new URL(page.url()).searchParams.get('entry')).toBeTruthy();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  expect((await download).suggestedFilename()).toMatch(/^audit-log-.*\.csv$/);
  await page.getByRole('button', { name: 'Verify chain' }).click();
  await dialog.getByText(/Whole: \d/).waitFor();
  await context.close();
});
