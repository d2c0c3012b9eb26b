// `make screenshots`: every page, dialog and state in light, dark and phone width, with a simulated fleet behind it, into web/screenshots/; and what axe says of each.
// `npm run screenshots -- sites over-fault dark`: only these scenes (a part of the name is enough) and looks.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Page, Request } from 'playwright-core';
import { closeBrowser, newContext, watchTroubles } from './harness.ts';
import { acts, castActs, enter, type Look, type Scene } from './scenes.ts';
import { buildStage, type Stage } from './stage.ts';

const out = path.resolve(import.meta.dirname, '../screenshots');
const every: Look[] = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 360, height: 740 }, hasTouch: true } },
];
const words = process.argv.slice(2);
const chosen = every.filter((look) => words.includes(look.name));
const looks = chosen.length > 0 ? chosen : every;
const only = words.filter((word) => !every.some((look) => look.name === word));
const isWanted = (scene: Scene) => only.length === 0 || only.some((word) => scene.name.includes(word));

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
interface AxeViolation { id: string; impact: string; help: string; nodes: { html: string; failureSummary: string }[] }
const findings: string[] = [];
function found(text: string) {
  findings.push(text);
  console.log(text);
}

async function look(page: Page, scene: Scene, kind: Look['name']) {
  await page.screenshot({ path: path.join(out, `${scene.name}-${kind}.png`), fullPage: kind !== 'phone' && !scene.screenOnly });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (overflow > 0) found(`${scene.name} ${kind}: ${overflow} px wider than the screen`);
  await page.addScriptTag({ path: axe });
  const violations = await page.evaluate(async () => (await (window as unknown as { axe: { run: () => Promise<{ violations: AxeViolation[] }> } }).axe.run()).violations);
  for (const one of violations) {
    const places = one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)}\n      ${node.failureSummary.split('\n').slice(1, 3).join(' ').trim().slice(0, 220)}`);
    found(`${scene.name} ${kind}: axe ${one.id} (${one.impact}) ${one.help}\n   ${places.join('\n   ')}`);
  }
}

async function visitAll(stage: Stage, kind: Look) {
  for (const act of acts(kind)) {
    const wanted = act.scenes.filter(isWanted);
    if (wanted.length === 0) continue;
    const { context, page } = await enter(act, kind, stage);
    page.setDefaultTimeout(20_000);
    const troubles = watchTroubles(page);
    const waiting = new Set<Request>();
    page.on('request', (request) => waiting.add(request));
    page.on('requestfinished', (request) => waiting.delete(request));
    page.on('requestfailed', (request) => waiting.delete(request));
    for (const scene of wanted) {
      troubles.length = 0;
      try {
        await scene.show(page, stage, kind);
        await look(page, scene, kind.name);
      } catch (error) {
        found(`${scene.name} ${kind.name}: not reached: ${String(error).split('\n').slice(0, 4).join(' ')}\n   at ${page.url()}; ${troubles.join('; ')}; open: ${[...waiting].map((request) => request.url()).join(' ')}`);
        await page.screenshot({ path: path.join(out, `${scene.name}-${kind.name}.png`) }).catch(() => {});
      }
    }
    await context.close();
  }
}

mkdirSync(out, { recursive: true });
/** A new installation greets whoever comes first. */
const firstAccount: Scene = { name: 'first-account', show: async () => {} };
const stage = await buildStage(async (server) => {
  if (!isWanted(firstAccount)) return;
  for (const kind of looks) {
    const context = await newContext({ ...kind.options, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(`${server.url}/app/`);
    await page.getByText('create the first account').waitFor();
    await look(page, firstAccount, kind.name);
    await context.close();
  }
});
try {
  await castActs(stage, looks);
  for (const kind of looks) await visitAll(stage, kind);
} finally {
  await closeBrowser();
  await stage.server.stop();
}
writeFileSync(path.join(out, 'findings.txt'), findings.map((one) => `${one}\n`).join(''));
console.log(`${out}: ${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);
