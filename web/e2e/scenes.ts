// What is looked at: pages, dialogs over them, and the states that a full team never shows. See screenshots.ts.
import type { BrowserContext, Page } from 'playwright-core';
import { dialogs, openDialog } from './dialogs.ts';
import { Api, newContext, password, signIn, totp, until } from './harness.ts';
import { pages } from './pages.ts';
import type { Stage } from './stage.ts';

export interface Look {
  name: 'light' | 'dark' | 'phone';
  options: Parameters<typeof newContext>[0];
}
export interface Scene {
  name: string;
  /** Brings the page to what is to be seen. */
  show: (page: Page, stage: Stage, look: Look) => Promise<unknown>;
  /** A dialog covers part of the page: what is on the screen counts, not the whole page. */
  screenOnly?: boolean;
}
/** Scenes that one person sees, in one browser. */
export interface Act {
  person: string | null;
  scenes: Scene[];
}

export async function settle(page: Page) {
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle', { timeout: 1000 }).catch(() => {}); // the live stream never ends
  await until(() => page.evaluate(() => document.querySelector('[aria-busy=true]') === null), 'the page is loaded', 15_000);
}

const visit = (target: string) => async (page: Page, stage: Stage) => {
  await page.goto(stage.server.url + target.replace('{site}', stage.site));
  await settle(page);
};

const everyPage: Scene[] = pages.map(({ name, path }) => ({ name, show: visit(path) }));
const everyDialog = (look: Look): Scene[] =>
  dialogs
    .filter((one) => !one.only || (one.only === 'phone') === (look.name === 'phone'))
    .map((one) => ({
      name: `over-${one.name}`, screenOnly: true,
      show: async (page, stage) => {
        await visit(one.path)(page, stage);
        await openDialog(page, stage, one);
        await settle(page);
      },
    }));

/** A team in which nothing has happened yet. */
const emptyTeam: Scene[] = [
  { name: 'empty-dashboard-tour', show: visit('/app/') },
  ...[
    ['sites', '/app/sites'], ['sites-filtered', '/app/sites?state=offline'], ['faults', '/app/faults'], ['faults-filtered', '/app/faults?open=true'], ['jobs', '/app/jobs'], ['jobs-filtered', '/app/jobs?status=failed'],
    ['batches', '/app/jobs/batches'], ['api-keys', '/app/settings/api-keys'], ['applications', '/app/settings/applications'], ['providers', '/app/settings/sign-in-providers'], ['tags', '/app/settings/tags'],
    ['users-filtered', '/app/settings/users?state=blocked'], ['audit-filtered', '/app/audit?method=DELETE'], ['add-site-many', '/app/sites/add?runbook=none'],
  ].map(([name, path]) => ({ name: `empty-${name}`, show: visit(path!) })),
  {
    name: 'over-mfa-codes', screenOnly: true,
    show: async (page, stage) => {
      await visit('/app/account?tab=security')(page, stage);
      await page.getByRole('button', { name: 'Set up' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Your password').fill(password);
      await dialog.getByRole('button', { name: 'Go on' }).click();
      await dialog.getByLabel('Code that the app shows now').fill(totp(await dialog.getByLabel('secret', { exact: true }).innerText()));
      await dialog.getByRole('button', { name: 'Switch it on' }).click();
      await dialog.getByText('Shown only now').waitFor();
    },
  },
  {
    name: 'over-mfa-off', screenOnly: true,
    show: async (page, stage) => {
      await visit('/app/account?tab=security')(page, stage);
      await page.getByRole('button', { name: 'Switch off' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];

/** Somebody who may see sites, jobs and faults, and nothing else. */
const fewRights: Scene[] = [
  ...[['audit', '/app/audit'], ['users', '/app/settings/users'], ['api-keys', '/app/settings/api-keys'], ['run-script', '/app/scripts/run'], ['add-site', '/app/sites/add'], ['site-settings', '/app/sites/{site}/settings'], ['sites', '/app/sites'], ['system', '/app/system']]
    .map(([name, path]) => ({ name: `denied-${name}`, show: visit(path!) })),
  ...[['sites', '/app/sites', '**/sites?*'], ['faults', '/app/faults', '**/fault?*'], ['jobs', '/app/jobs', '**/jobs?*'], ['dashboard', '/app/', '**/sites/summary']].map(([name, path, call]) => ({
    name: `failed-${name}`,
    show: async (page: Page, stage: Stage) => {
      await page.route(call!, (route) => route.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify({ code: 'internal', message: 'Something went wrong on our side.', request_id: 'req_0123456789' }) }));
      await visit(path!)(page, stage);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      await page.unroute(call!);
    },
  })),
  {
    name: 'over-teams', screenOnly: true,
    show: async (page, stage) => {
      await visit('/app/')(page, stage);
      await page.getByRole('button', { name: /Change the team/ }).click();
      await page.getByRole('dialog', { name: 'Teams' }).waitFor();
    },
  },
  {
    name: 'over-session-ended', screenOnly: true, // the last one: this browser is signed out afterwards
    show: async (page, stage) => {
      await visit('/app/sites')(page, stage);
      const vic = await stage.server.cli<{ access_token: string }>('admin', 'create-token', '--email', 'vic@example.net');
      const api = new Api(stage.server.url, vic.access_token);
      for (const one of await api.get<{ id: string; current: boolean }[]>('/me/sessions')) if (!one.current) await api.call('DELETE', `/me/sessions/${one.id}`);
      await page.getByRole('dialog').getByText('Your session has ended.').waitFor({ timeout: 60_000 }); // the stream tells it, or the next poll
    },
  },
];

/** What people without an account see behind a link. */
const shared: Scene[] = [
  {
    name: 'board',
    show: async (page, stage) => {
      const { token } = await stage.ann.api.post<{ token: string }>('/faults/token', { expire_after_minutes: 60 });
      await page.goto(`${stage.server.url}/app/shared/faults#${token}`);
      await page.getByText('Up to date').waitFor();
    },
  },
  { name: 'board-wrong', show: async (page, stage) => { await page.goto('about:blank'); await visit('/app/shared/faults#torn')(page, stage); await page.getByText('This link is not complete').waitFor(); } },
];

const serverPages: Scene[] = [['sign-in', '/signin'], ['sign-up', '/signup?invitation=x'], ['forgot', '/password/forgot'], ['reset', '/password/reset?token=x'], ['invitation', '/invites/x']].map(([name, path]) => ({
  name: name!, show: async (page: Page, stage: Stage) => { await page.goto(stage.server.url + path!); await page.locator('h1').waitFor(); },
}));

export const acts = (look: Look): Act[] => [
  { person: 'ann@example.net', scenes: [...everyPage, ...everyDialog(look)] },
  { person: `zoe-${look.name}@example.net`, scenes: emptyTeam },
  { person: 'vic@example.net', scenes: fewRights },
  { person: null, scenes: [...serverPages, ...shared] },
];

/** The people of the acts beside Ann. */
export async function castActs(stage: Stage, looks: Look[]) {
  for (const look of looks) await stage.server.addUser(`zoe-${look.name}@example.net`, 'South Works');
  const vic = await stage.server.addUser('vic@example.net', 'Vic alone');
  const role = (await stage.ann.api.get<{ id: string; name: string }[]>('/roles')).find((one) => one.name === 'Night shift')!;
  await stage.ann.api.post('/users', { email: 'vic@example.net', roles: [role.id] });
  await vic.api.call('PUT', `/teams/${stage.ann.team_id}/switch`);
  await vic.api.call('PUT', '/me/settings/app.tour', true);
}

export async function enter(act: Act, look: Look, stage: Stage): Promise<{ context: BrowserContext; page: Page }> {
  // A policy that forbids foreign scripts forbids axe, too: only here it may pass. Movement would blur pictures and mislead axe; a service worker would answer calls that are to fail.
  const context = await newContext({ ...look.options, bypassCSP: true, reducedMotion: 'reduce', serviceWorkers: 'block' });
  const page = await context.newPage();
  if (act.person) await signIn(page, stage.server, act.person);
  return { context, page };
}
