// What a page's script weighs before it can be used: everything that its first paint imports, gzipped. `npm run size [page …]`; ends with 1 above the bar.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const barKb = 210;
const assets = path.resolve(import.meta.dirname, '../dist/assets');
const files = readdirSync(assets).filter((name) => name.endsWith('.js'));
const text = (name) => readFileSync(path.join(assets, name), 'utf8');
const weight = new Map();
const weigh = (name) => weight.get(name) ?? weight.set(name, gzipSync(readFileSync(path.join(assets, name)), { level: 9 }).length).get(name);

/** Static imports only: `import()` comes later. */
function reach(names) {
  const seen = new Set();
  const open = [...names];
  while (open.length > 0) {
    const name = open.pop();
    if (seen.has(name)) continue;
    seen.add(name);
    for (const [, next] of text(name).matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.~-]+\.js)["']/g)) open.push(next);
  }
  return seen;
}

const document = readFileSync(path.join(assets, '../index.html'), 'utf8');
const parts = JSON.parse(document.match(/name="openstrat-parts" content="([^"]*)"/)[1].replaceAll('&quot;', '"')).map((file) => path.basename(file));
const entry = document.match(/src="\/app\/assets\/(index-[\w-]+\.js)"/)[1];
const pages = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['sites.index', 'routes', '_site'];
let tooHeavy = false;
for (const page of pages) {
  const all = [...reach([entry, ...parts, ...files.filter((name) => name.startsWith(`${page}-`))])].sort((a, b) => weigh(b) - weigh(a));
  const sum = all.reduce((total, name) => total + weigh(name), 0) / 1000;
  tooHeavy ||= sum > barKb;
  console.log(`${page}: ${sum.toFixed(1)} kB in ${all.length} files (bar ${barKb})`);
  console.log(all.slice(0, 14).map((name) => `  ${(weigh(name) / 1000).toFixed(1).padStart(6)} ${name}`).join('\n'));
}
process.exit(tooHeavy ? 1 : 0);
