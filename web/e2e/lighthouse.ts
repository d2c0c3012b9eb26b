// `npm run lighthouse`: medians of five runs on the dashboard, the site list and a site, desktop and mobile, beside an empty page of the same server.
// The bars: desktop performance ≥ 95; mobile ≥ 0.9 × the empty page; accessibility 100; best practices ≥ 95.
// SITES, RUNS, and `PAGES=mobile\ sites,desktop\ site` for some only; REPORTS=directory keeps the first report and trace of each whole.
import lighthouse, { desktopConfig, type Config, type Flags } from 'lighthouse';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { password, Server, until } from './harness.ts';

const sites = Number(process.env.SITES ?? 5000);
const runs = Number(process.env.RUNS ?? 5);
const wanted = process.env.PAGES?.split(',');
const reports = process.env.REPORTS;
const categories = ['performance', 'accessibility', 'best-practices'] as const;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

type Scores = Record<(typeof categories)[number], number[]>;

/** What the score is made of, in milliseconds (CLS in thousandths). */
const metrics = { FCP: 'first-contentful-paint', SI: 'speed-index', LCP: 'largest-contentful-paint', TBT: 'total-blocking-time', CLS: 'cumulative-layout-shift' };

/** A browser of its own for each page: Chromium now and then loses a tab that was measured many times. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    console.log(`   once more, because: ${String(error)}`);
    return attempt();
  }
}

async function measure(what: string, url: string, target: string, config: Config | undefined): Promise<Scores> {
  const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'] });
  try {
    const page = await browser.newPage();
    await page.goto(`${url}/app/`);
    await page.waitForSelector('#email');
    await page.type('#email', 'ann@example.net');
    await page.type('#password', password);
    await page.click('#password-form [type=submit]');
    await page.waitForFunction(() => location.pathname === '/app/' && document.querySelector('main h1') !== null);
    const scores: Scores = { performance: [], accessibility: [], 'best-practices': [] };
    for (let run = 0; run < runs; run += 1) {
      // The live stream never ends, so that the load is never over: eight seconds are twice what a page takes.
      // Caches and workers are emptied before each run; what signs in (cookies, the tab's storage) stays. Only speed differs from run to run.
      const flags: Flags = { onlyCategories: run === 0 ? [...categories] : ['performance'], disableFullPageScreenshot: true, maxWaitForLoad: 8_000, logLevel: 'error' };
      const result = await lighthouse(url + target, flags, config, page);
      if (result?.lhr.runtimeError) throw new Error(result.lhr.runtimeError.message);
      for (const category of categories) {
        const score = result?.lhr.categories[category]?.score;
        if (score !== undefined) scores[category].push(Math.round(100 * (score ?? 0)));
      }
      const audits = result?.lhr.audits ?? {};
      console.log(`   ${what}:`, ...Object.entries(metrics).map(([short, id]) => `${short} ${Math.round((audits[id]?.numericValue ?? 0) * (short === 'CLS' ? 1000 : 1))}`), `benchmark index ${Math.round(result?.lhr.environment.benchmarkIndex ?? 0)}`);
      if (run > 0) continue;
      if (reports) {
        writeFileSync(path.join(reports, `${what.replace(' ', '-')}.json`), JSON.stringify(result?.lhr));
        writeFileSync(path.join(reports, `${what.replace(' ', '-')}.trace.json`), JSON.stringify(result?.artifacts.Trace));
      }
      for (const audit of Object.values(audits))
        if (audit.score !== null && audit.score < 0.9 && ['binary', 'numeric', 'metricSavings'].includes(audit.scoreDisplayMode)) console.log(`   ${what}: ${audit.id} ${audit.displayValue ?? ''} (${audit.score})`);
    }
    return scores;
  } finally {
    await browser.close();
  }
}

const server = await Server.start();
const results: Record<string, Record<string, number>> = {};
try {
  const ann = await server.addUser('ann@example.net', 'North Networks');
  await server.simulate(ann.team_id, sites, ['--life', 'none', '--adopt-per-second', '60', '--speed', '1']);
  const site = await until(async () => {
    const summary = await ann.api.get<{ by_state: { online: number } }>('/sites/summary');
    const list = await ann.api.get<{ id: string }[]>('/sites?per_page=1');
    return summary.by_state.online >= sites && list[0]!.id;
  }, `${sites} routers are adopted`, 15 * 60_000);
  console.log(`${sites} routers are adopted`);
  // The tour is shown once to each person, over whatever page it is.
  await ann.api.call('PUT', '/me/settings/app.tour', true);
  const targets = { empty: '/docs/errors', dashboard: '/app/', sites: '/app/sites', site: `/app/sites/${site}` };
  for (const [form, config] of [['desktop', desktopConfig], ['mobile', undefined]] as [string, Config | undefined][]) {
    for (const [name, target] of Object.entries(targets)) {
      if (wanted && !wanted.includes(`${form} ${name}`)) continue;
      const scores = await retried(() => measure(`${form} ${name}`, server.url, target, config));
      results[`${form} ${name}`] = Object.fromEntries(categories.map((category) => [category, median(scores[category])]));
      console.log(form, name, JSON.stringify(results[`${form} ${name}`]), 'runs', JSON.stringify(scores['performance']));
    }
  }
} finally {
  await server.stop();
}
const out = path.resolve(import.meta.dirname, '../../bench/results');
mkdirSync(out, { recursive: true });
writeFileSync(path.join(out, 'lighthouse.json'), JSON.stringify(results, null, 2));
let failed = false;
for (const [name, scores] of Object.entries(results)) {
  const [form, target] = name.split(' ');
  if (target === 'empty') continue;
  const bar = form === 'desktop' ? 95 : 0.9 * (results['mobile empty']?.['performance'] ?? 100);
  const good = (scores['performance'] ?? 0) >= bar && scores['accessibility'] === 100 && (scores['best-practices'] ?? 0) >= 95;
  if (!good) failed = true;
  console.log(good ? 'good  ' : 'MISSED', name, JSON.stringify(scores));
}
process.exit(failed ? 1 : 0);
