import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, newContext, password, Server, signIn, totp, until, watchTroubles } from './harness.ts';

let server: Server;
beforeAll(async () => {
  server = await Server.start({}, 'localhost');
  await server.addUser('ann@example.net', 'North');
  await server.addUser('key@example.net', 'South');
});
afterAll(async () => {
  await closeBrowser();
  await server.stop();
});

test('the profile changes, and times follow it', async () => {
  const context = await newContext();
  const page = await context.newPage();
  const troubles = watchTroubles(page, /status of 404/); // the sign-in page has no icon
  await signIn(page, server, 'ann@example.net', '/app/account');
  await page.getByLabel('Name', { exact: false }).first().fill('Ann Example');
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByText('Your profile was changed.').waitFor();
  expect(await page.getByRole('button', { name: 'Account of Ann Example' }).count()).toBe(1);
  await page.getByLabel('E-mail').fill('ann.new@example.net');
  await page.getByLabel('Current password').fill(password);
  await page.getByRole('button', { name: 'Change e-mail' }).click();
  await page.getByText('waits for its confirmation').waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

test('an authenticator app: wrong password beside its field, then on with recovery codes, then off with both proofs', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'ann@example.net', '/app/account?tab=security');
  await page.getByRole('button', { name: 'Set up' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill('wrong');
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByText('is wrong').waitFor();
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByAltText(/QR code/).waitFor();
  const secret = await dialog.getByLabel('secret', { exact: true }).innerText();
  await dialog.getByLabel('Code that the app shows now').fill(totp(secret));
  await dialog.getByRole('button', { name: 'Switch it on' }).click();
  await dialog.getByText('Shown only now').waitFor();
  expect(await dialog.getByRole('listitem').count()).toBe(10);
  const [recovery] = await dialog.getByRole('listitem').allInnerTexts();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as a file' }).click();
  expect((await download).suggestedFilename()).toContain('recovery-codes');
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 of 10 left').waitFor();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByLabel(/Code of your authenticator app/).fill(recovery!);
  await dialog.getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('The authenticator app is switched off.').waitFor();
  await page.getByRole('button', { name: 'Set up' }).waitFor();
  await context.close();
});

test('a passkey is added, renamed and deleted', async () => {
  const context = await newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await signIn(page, server, 'key@example.net', '/app/account?tab=security');
  await page.getByRole('button', { name: 'Add passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByText('Shown only now').waitFor();
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: /Actions for Passkey/ }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await dialog.getByLabel('Name').fill('Laptop');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('button', { name: 'Actions for Laptop' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Delete passkey' }).click();
  await page.getByText('The passkey was deleted.').waitFor();
  await context.close();
});

test('ending all other sessions signs the other browser out', async () => {
  const [here, there] = [await newContext(), await newContext()];
  const [page, other] = [await here.newPage(), await there.newPage()];
  await signIn(other, server, 'key@example.net', '/app/account');
  await signIn(page, server, 'key@example.net', '/app/account?tab=sessions');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('You are signed in only here now.').waitFor();
  await other.getByRole('link', { name: 'Settings' }).click({ timeout: 2000 }).catch(() => undefined); // its next call finds out, if its stream has not told it before
  await other.getByRole('dialog').getByText('Your session has ended.').waitFor();
  await here.close();
  await there.close();
});

test('a team is made, entered and left behind by the switch', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await signIn(page, server, 'key@example.net', '/app/account?tab=teams');
  await page.getByRole('button', { name: 'New team' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('East');
  await page.getByRole('button', { name: 'Create and enter' }).click();
  await page.getByRole('button', { name: /Team: East/ }).click();
  await page.getByRole('dialog', { name: 'Teams' }).getByRole('button', { name: 'South' }).click();
  await until(() => page.getByRole('button', { name: /Team: South/ }).isVisible(), 'the first team is back');
  await context.close();
});
