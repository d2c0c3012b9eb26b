// `make screenshots`: every page in light, dark and phone width, with a simulated fleet behind it, into web/screenshots/; and what axe says of each.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { closeBrowser, newContext, Server, signIn, until } from './harness.ts';
import { pages } from './pages.ts';

const out = path.resolve(import.meta.dirname, '../screenshots');
const only = process.argv.slice(2);
const looks = [
  { name: 'light', options: { colorScheme: 'light' as const } },
  { name: 'dark', options: { colorScheme: 'dark' as const } },
  { name: 'phone', options: { colorScheme: 'light' as const, viewport: { width: 360, height: 740 }, hasTouch: true } },
];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
interface AxeViolation { id: string; impact: string; help: string; nodes: { html: string; failureSummary: string }[] }

const server = await Server.start();
let findings = 0;
try {
  const ann = await server.addUser('ann@example.net', 'North Networks');
  await server.simulate(ann.team_id, 12, ['--life', 'calm', '--routeros', 'mixed']);
  const site = await until(async () => {
    const sites = await ann.api.get<{ id: string; state: string }[]>('/sites');
    return sites.filter((one) => one.state === 'online').length >= 12 && sites[0]!.id;
  }, 'twelve routers are adopted');
  mkdirSync(out, { recursive: true });
  for (const look of looks) {
    // A policy that forbids foreign scripts forbids axe, too: only here it may pass.
    const context = await newContext({ ...look.options, bypassCSP: true });
    const page = await context.newPage();
    await signIn(page, server, 'ann@example.net');
    for (const { name, path: target } of pages) {
      if (only.length > 0 && !only.includes(name)) continue;
      await page.goto(server.url + target.replace('{site}', site));
      await page.locator('main h1').first().waitFor();
      await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => {}); // the live stream never ends
      await until(() => page.evaluate(() => document.querySelector('[aria-busy=true]') === null), `${name} is loaded`, 15_000).catch(() => console.error(`${name}: still loading`));
      await page.screenshot({ path: path.join(out, `${name}-${look.name}.png`), fullPage: look.name !== 'phone' });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) {
        findings += 1;
        console.log(`${name} ${look.name}: ${overflow} px wider than the screen`);
      }
      await page.addScriptTag({ path: axe });
      const violations = await page.evaluate(async () => (await (window as unknown as { axe: { run: () => Promise<{ violations: AxeViolation[] }> } }).axe.run()).violations);
      for (const one of violations) {
        findings += 1;
        console.log(`${name} ${look.name}: axe ${one.id} (${one.impact}) ${one.help}\n   ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join('\n   ')}`);
      }
    }
    await context.close();
  }
} finally {
  await closeBrowser();
  await server.stop();
}
writeFileSync(path.join(out, 'findings.txt'), `${findings}\n`);
console.log(`${out}: ${findings} findings`);
process.exit(findings === 0 ? 0 : 1);
