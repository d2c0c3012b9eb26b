// What the site list costs the browser: scrolling through 100,000 rows, and the answer to a key with fifty events a second.
// `npm run build && npm run perf`
import { closeBrowser, newContext, until } from './harness.ts';
import { startStub, token } from './fleetStub.ts';
import type { Page } from 'playwright-core';

async function open(sites: number, eventsPerSecond: number) {
  const stub = await startStub({ sites, eventsPerSecond });
  const context = await newContext();
  await context.addInitScript((text) => sessionStorage.setItem('openstrat.token', text), token);
  const page = await context.newPage();
  await page.goto(`${stub.url}/app/sites`);
  await page.locator('[role=grid] [data-row="3"]').waitFor();
  return { stub, page, context };
}

/** Milliseconds between frames while the table scrolls by `step` pixels a frame. */
const scroll = (page: Page, frames: number, step: number) =>
  page.evaluate(
    ([frames, step]) =>
      new Promise<number[]>((resolve) => {
        const grid = document.querySelector('[role=grid]')!;
        const gaps: number[] = [];
        let last = performance.now();
        const next = (now: number) => {
          gaps.push(now - last);
          last = now;
          grid.scrollTop += step!;
          if (gaps.length < frames!) requestAnimationFrame(next);
          else resolve(gaps.slice(1));
        };
        requestAnimationFrame(next);
      }),
    [frames, step],
  );

const quantile = (values: number[], q: number) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;

async function hundredThousand() {
  const { stub, page, context } = await open(100_000, 0);
  const begin = Date.now();
  const rows = await until(async () => {
    await page.evaluate(() => { const grid = document.querySelector('[role=grid]')!; grid.scrollTop = grid.scrollHeight; });
    return page.evaluate(() => document.querySelector('[role=grid] [data-row="99999"]') !== null);
  }, 'the last row is there', 300_000);
  const loaded = (Date.now() - begin) / 1000;
  await page.evaluate(() => (document.querySelector('[role=grid]')!.scrollTop = 40_000));
  await page.waitForTimeout(500);
  const gaps = await scroll(page, 300, 120);
  const nodes = await page.evaluate(() => document.querySelectorAll('[role=grid] [role=row]').length);
  console.log(`100,000 rows: ${rows ? 'all' : 'not all'} loaded in ${loaded.toFixed(1)} s; ${nodes} rows in the document; frames while scrolling 120 px each: ` +
    `median ${quantile(gaps, 0.5).toFixed(1)} ms, p95 ${quantile(gaps, 0.95).toFixed(1)} ms, worst ${Math.max(...gaps).toFixed(1)} ms`);
  await context.close();
  stub.stop();
}

async function fiftyEvents() {
  const { stub, page, context } = await open(5000, 50);
  await page.evaluate(() => {
    const seen = ((window as unknown as { durations: number[] }).durations = []) as number[];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ((entry as unknown as { interactionId: number }).interactionId) seen.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  const before = stub.sent();
  const start = Date.now();
  await page.locator('[role=grid] [data-row="0"]').focus();
  for (let n = 0; n < 40; n += 1) {
    await page.keyboard.press('ArrowDown');
    if (n % 4 === 0) await page.keyboard.press('Space');
    await page.waitForTimeout(60);
  }
  for (let n = 0; n < 10; n += 1) {
    await page.locator('[role=grid] input[type=checkbox]').nth(3 + n).click();
    await page.waitForTimeout(60);
  }
  const durations = await page.evaluate(() => (window as unknown as { durations: number[] }).durations);
  const rate = ((stub.sent() - before) * 1000) / (Date.now() - start);
  console.log(`5,000 sites, ${rate.toFixed(0)} events/s: ${durations.length} interactions took 16 ms or more, of 60; ` +
    `to next paint p98 ${durations.length ? quantile(durations, 0.98) : '<16'} ms, worst ${durations.length ? Math.max(...durations) : '<16'} ms`);
  await context.close();
  stub.stop();
}

try {
  await fiftyEvents();
  await hundredThousand();
} finally {
  await closeBrowser();
}
