// Every dialog, drawer, menu and popover, and how a person gets to it: for screenshots, axe and the tests that walk through them by keyboard.
import type { Locator, Page } from 'playwright-core';
import { password } from './harness.ts';
import type { Stage } from './stage.ts';

export interface Dialog {
  name: string;
  /** `{site}` stands for a site of the stage. */
  path: string;
  open: (page: Page, stage: Stage) => Promise<unknown>;
  /** What proves that it is there; `dialog` if absent. */
  kind?: 'dialog' | 'menu' | 'panel';
  /** Only where there is room for what opens it, or only where there is none. */
  only?: 'wide' | 'phone';
}

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: typeof name === 'string' }).first();
const press = (name: string | RegExp) => (page: Page) => button(page, name).click();
/** A row's menu, and an entry of it. */
const choose = (menu: string | RegExp, entry: string) => async (page: Page) => {
  await button(page, menu).click();
  await page.getByRole('menuitem', { name: entry }).click();
};
const row = (name: string | RegExp) => (page: Page) => page.getByRole('row', { name }).first().click();
const dialog = (page: Page) => page.getByRole('dialog');

/** Selects every site that the list shows and asks for an action. */
const bulk = (action: string) => async (page: Page) => {
  await page.getByRole('checkbox', { name: /Select all/ }).click();
  await button(page, action).click();
  await dialog(page).getByText(/: \d+ sites/).first().waitFor();
};
const prove = async (page: Page) => {
  await dialog(page).getByLabel('Your password').fill(password);
  await dialog(page).getByRole('button', { name: 'Go on' }).click();
};

export const dialogs: Dialog[] = [
  { name: 'command-palette', path: '/app/', open: async (page) => { await page.keyboard.press('Control+k'); await page.getByPlaceholder(/^Sites, serial/).fill('shop'); await page.getByText(/-shop-/).first().waitFor(); } },
  { name: 'shortcuts', path: '/app/', open: (page) => page.keyboard.press('?') },
  { name: 'live-mark', path: '/app/', open: press(/^(Live|Connecting)/) },
  { name: 'account-menu', path: '/app/', open: press(/Account of/) },
  { name: 'main-menu', path: '/app/', kind: 'panel', only: 'phone', open: press('Open the menu') },
  { name: 'site-filters', path: '/app/sites', open: async (page) => { await press(/^Filters/)(page); await page.getByLabel('Model').first().waitFor(); } },
  { name: 'site-views', path: '/app/sites', open: press('Views') },
  { name: 'site-columns', path: '/app/sites', only: 'wide', open: press('Columns') },
  { name: 'save-view', path: '/app/sites?state=online', open: async (page) => { await press('Views')(page); await button(page, 'Save this view…').click(); } },
  { name: 'bulk-backup', path: '/app/sites', open: bulk('Back up') },
  { name: 'bulk-tag', path: '/app/sites', open: bulk('Add a tag') },
  { name: 'bulk-delete', path: '/app/sites', open: bulk('Delete') },
  { name: 'bulk-results', path: '/app/sites', open: async (page) => { await bulk('Back up')(page); await dialog(page).getByRole('button', { name: /^Back up: / }).click(); await dialog(page).getByText(/sites done/).waitFor(); } },
  { name: 'site-delete', path: '/app/sites/{site}/settings', open: press('Delete…') },
  { name: 'site-tag', path: '/app/sites/{site}', kind: 'panel', open: press('Add a tag') },
  { name: 'note', path: '/app/sites/{site}/files', open: press('Write a note') },
  { name: 'photo', path: '/app/sites/{site}/files', open: press(/^Show /) },
  { name: 'file-delete', path: '/app/sites/{site}/files', open: press(/^Delete/) },
  { name: 'fault-report', path: '/app/faults', open: press('Report a fault') },
  { name: 'fault', path: '/app/faults?severity=high&type=power', open: row(/Power cut/) },
  { name: 'fault-edit', path: '/app/faults?severity=high&type=power', open: async (page) => { await row(/Power cut/)(page); await dialog(page).getByRole('button', { name: 'Edit' }).click(); await page.getByRole('dialog', { name: 'Edit the fault' }).waitFor(); } },
  { name: 'fault-share', path: '/app/faults', open: press('Share') },
  { name: 'fault-share-made', path: '/app/faults', open: async (page) => { await press('Share')(page); await dialog(page).getByRole('button', { name: 'Make a link' }).click(); await dialog(page).getByText(/Shown only now/).waitFor(); } },
  { name: 'audit-entry', path: '/app/audit?method=POST', open: row(/POST/) },
  { name: 'audit-verify', path: '/app/audit', open: async (page) => { await press('Verify chain')(page); await dialog(page).getByText(/Whole: \d/).waitFor(); } },
  { name: 'audit-export', path: '/app/audit', kind: 'menu', open: press('Export') },
  { name: 'invite', path: '/app/settings/users', open: press('Invite') },
  { name: 'user-add', path: '/app/settings/users', open: press('Add') },
  { name: 'user', path: '/app/settings/users', open: row(/Cleo/) },
  { name: 'user-block', path: '/app/settings/users', open: async (page) => { await row(/Cleo/)(page); await dialog(page).getByRole('button', { name: 'Block' }).click(); await page.getByRole('dialog', { name: /Block Cleo/ }).waitFor(); } },
  { name: 'invite-menu', path: '/app/settings/users', kind: 'menu', open: press(/Actions for the invitation/) },
  { name: 'role-new', path: '/app/settings/roles', open: press('New role') },
  { name: 'role-system', path: '/app/settings/roles', open: press('Viewer') },
  { name: 'role-edit', path: '/app/settings/roles', open: press('Night shift') },
  { name: 'key-new', path: '/app/settings/api-keys', open: press('New key') },
  {
    name: 'key-made', path: '/app/settings/api-keys', open: async (page) => {
      await choose(/Actions for the key Billing/, 'New secret')(page);
      await dialog(page).getByRole('button', { name: 'Make a new secret' }).click();
      await dialog(page).getByText('Shown only now').waitFor();
    },
  },
  { name: 'key-revoke', path: '/app/settings/api-keys', open: choose(/Actions for the key Billing/, 'Revoke') },
  { name: 'key-menu', path: '/app/settings/api-keys', kind: 'menu', open: press(/Actions for the key Billing/) },
  { name: 'application-new', path: '/app/settings/applications', open: press('Register application') },
  { name: 'application-edit', path: '/app/settings/applications', open: choose('Actions for Network map', 'Edit') },
  { name: 'provider-new', path: '/app/settings/sign-in-providers', open: press('Add provider') },
  { name: 'provider-edit', path: '/app/settings/sign-in-providers', open: choose('Actions for GitHub', 'Edit') },
  { name: 'provider-remove', path: '/app/settings/sign-in-providers', open: choose('Actions for GitHub', 'Remove') },
  { name: 'network-add', path: '/app/settings/security', open: press('Add network') },
  { name: 'tag-new', path: '/app/settings/tags', open: press('New tag') },
  { name: 'tag', path: '/app/settings/tags', open: press('Region') },
  { name: 'tag-delete', path: '/app/settings/tags', open: choose('Actions for the tag Region', 'Delete') },
  { name: 'runbook-new', path: '/app/settings/runbooks', open: press('New runbook') },
  { name: 'runbook-rotate', path: '/app/settings/runbooks', open: choose(/^Actions for/, 'New command') },
  { name: 'team-delete', path: '/app/settings/team', open: press('Delete team') },
  { name: 'team-hand-on', path: '/app/settings/team', open: press('Choose a new owner') },
  { name: 'settings-menu', path: '/app/settings/team', kind: 'menu', only: 'phone', open: press(/^Settings:/) },
  { name: 'team-new', path: '/app/account?tab=teams', open: press('New team') },
  { name: 'mfa-prove', path: '/app/account?tab=security', open: press('Set up') },
  { name: 'mfa-enrol', path: '/app/account?tab=security', open: async (page) => { await press('Set up')(page); await prove(page); await page.getByAltText(/QR code/).waitFor(); } },
  { name: 'passkey-add', path: '/app/account?tab=security', open: press('Add passkey') },
  { name: 'sessions-end', path: '/app/account?tab=sessions', open: press('Sign out everywhere else') },
];

/** Opens one and waits until it is there. Pages must have been loaded. */
export async function openDialog(page: Page, stage: Stage, one: Dialog) {
  await one.open(page, stage);
  const there = { dialog: '[role=dialog]', menu: '[role=menu]', panel: 'main' }[one.kind ?? 'dialog'];
  await page.locator(there).filter({ visible: true }).last().waitFor();
}
