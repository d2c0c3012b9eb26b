// The application over a fleet that no simulator could carry on a small machine: a server that knows just the operations of the first pages,
// with as many sites as wanted and live events at a given rate. For measuring the browser, never for testing the API.
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const dist = path.resolve(import.meta.dirname, '../dist');
const models = ['hAP ax2', 'RB5009', 'CCR2004', 'hEX S', 'CHR', 'LtAP mini', 'CRS328', 'wAP ac'];
const versions = ['7.20.1', '7.19.4', '7.16.2', '6.49.18', '7.21'];
const states = ['online', 'online', 'online', 'online', 'online', 'online', 'online', 'offline', 'pending', 'online'];
const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

function site(n: number) {
  const state = states[n % states.length]!;
  const adopted = state !== 'pending';
  return {
    id: id(n), pid: `site_${n}`, name: `Branch ${String(n).padStart(6, '0')}`, address: null, has_pulse: state === 'online', uptime: null, architecture_name: 'arm64', hardware_hash: null,
    serial_number: adopted ? `HF${100000 + n}` : null, software_version: adopted ? versions[n % versions.length] : null, software_id: null, identity: `r${n}`, model: adopted ? models[n % models.length] : null,
    board_name: null, routerboard: true, last_seen_from: adopted ? `203.0.113.${n % 250}` : null, last_seen: null, last_seen_at: adopted ? ago(state === 'online' ? n % 30 : 7200 + n) : null,
    created_at: ago(5_000_000 - n), updated_at: ago(1000), deleted_at: null, scheduler_removal: null, lat: null, lng: null, timezone: null, policy_id: null, runbook_id: null, state,
    open_faults: state === 'offline' ? 1 + (n % 3) : 0, last_backup_at: adopted ? ago(3600 * (n % 60)) : null,
    tags: n % 3 === 0 ? [{ tag_id: 'tag_1', name: 'Region', colour: '#2f9e44', value: ['EMEA', 'APAC', 'Americas'][n % 9 / 3 | 0] }, { tag_id: 'tag_2', name: 'Role', colour: '#e8590c', value: 'Branch' }] : [],
  };
}

const profile = {
  id: id(1), idp: 'local', name: 'Ann Example', email: 'ann@example.net', email_verified: true, timezone: 'Europe/Berlin', date_format: 'Y-m-d', time_format: 'H:i', locale: 'en', mfa_enabled: false,
  team_id: id(2), created_at: ago(1e6), mfa_missing: false, operator: true,
  scopes: ['site:view', 'site:create', 'site:update', 'site:delete', 'job:view', 'job:create', 'backup:view', 'backup:create', 'tag:view', 'tag:update', 'fault:view', 'fault:create', 'fault:update', 'script:view'],
};

export interface StubOptions {
  sites: number;
  eventsPerSecond?: number;
  /** More answers, by `GET /path`. */
  answers?: Record<string, unknown>;
}

export async function startStub({ sites, eventsPerSecond = 0, answers = {} }: StubOptions) {
  const all = Array.from({ length: sites }, (_, n) => site(n));
  const settings = new Map<string, { name: string; value: unknown; revision: number; updated_at: string }>();
  const streams = new Set<ServerResponse>();
  let sent = 0;
  const shares = (key: 'state' | 'software_version' | 'model') => {
    const sum = new Map<string, number>();
    for (const one of all) sum.set(one[key] ?? '', (sum.get(one[key] ?? '') ?? 0) + 1);
    return [...sum].filter(([word]) => word !== '').sort((a, b) => b[1] - a[1]);
  };
  const summary = () => ({
    total: all.length, by_state: { pending: 0, online: 0, offline: 0, deleting: 0, ...Object.fromEntries(shares('state')) },
    versions: shares('software_version').map(([version, count]) => ({ version, count })), models: shares('model').map(([model, count]) => ({ model, count })),
    without_backup_48h: all.filter((one) => one.last_backup_at && Date.parse(one.last_backup_at) < Date.now() - 172_800_000).length,
    open_faults: all.reduce((sum, one) => sum + one.open_faults, 0), jobs: { pending: 3, running: 2, failed_24h: 1 },
    attention: all.filter((one) => one.state === 'offline').slice(0, 12).map((one, n) => ({
      site_id: one.id, name: one.name, kind: ['offline', 'fault', 'job_failed', 'backup_overdue'][n % 4], since: one.last_seen_at, detail: ['No heartbeat', 'WAN tunnel Fibre is down', 'Set NTP servers: script error', 'The last backup is three days old'][n % 4],
    })),
  });

  const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers });
    response.end(JSON.stringify(value));
  };
  const list = (url: URL, response: ServerResponse) => {
    const search = url.searchParams.get('search')?.toLowerCase() ?? '';
    const status = url.searchParams.get('status');
    const chosen = search || status ? all.filter((one) => one.name.toLowerCase().includes(search) && (!status || one.state === status)) : all;
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 50);
    const headers: Record<string, string> = { 'X-Total-Count': String(chosen.length) };
    if (from + limit < chosen.length) headers.Link = `</sites?cursor=${from + limit}>; rel="next"`;
    json(response, chosen.slice(from, from + limit), headers);
  };
  const setting = (name: string, request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET') {
      const kept = settings.get(name);
      if (kept) return json(response, kept);
      response.writeHead(404, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify({ code: 'resource_missing', message: 'No such setting.' }));
    }
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      const kept = { name, value: JSON.parse(body), revision: (settings.get(name)?.revision ?? 0) + 1, updated_at: ago(0) };
      settings.set(name, kept);
      json(response, kept);
    });
  };
  const file = (pathname: string, response: ServerResponse) => {
    const name = pathname.replace(/^\/app\//, '');
    const target = path.join(dist, name);
    const found = name && !name.includes('..') && existsSync(target) ? target : path.join(dist, 'index.html');
    const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.svg': 'image/svg+xml', '.png': 'image/png' };
    response.writeHead(200, { 'Content-Type': types[path.extname(found)] ?? 'application/octet-stream' });
    createReadStream(found).pipe(response);
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stub');
    const key = `${request.method} ${url.pathname}`;
    if (url.pathname.startsWith('/app/')) return file(url.pathname, response);
    if (key in answers) return json(response, typeof answers[key] === 'function' ? (answers[key] as (url: URL) => unknown)(url) : answers[key]);
    if (url.pathname === '/realtime/stream') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write('retry: 3000\n\n');
      streams.add(response);
      request.on('close', () => streams.delete(response));
      return;
    }
    if (key === 'GET /me') return json(response, profile);
    if (key === 'GET /sites') return list(url, response);
    if (key === 'GET /sites/summary') return json(response, summary());
    if (key === 'GET /sites/ids') return json(response, all.map((one) => one.id), { 'X-Total-Count': String(all.length) });
    if (url.pathname.startsWith('/me/settings/')) return setting(url.pathname.slice(13), request, response);
    response.writeHead(url.pathname === '/healthz' ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ code: 'resource_missing', message: `The stub does not know ${key}.` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  /** Pulses of sites from the beginning of the list, where the screen is, with a change of state now and then. */
  const emit = () => {
    sent += 1;
    const one = all[(sent * 7) % Math.min(all.length, 40)]!;
    one.state = sent % 5 === 0 ? (one.state === 'online' ? 'offline' : 'online') : one.state;
    one.last_seen_at = new Date().toISOString();
    const data = JSON.stringify({ site_id: one.id, online: one.state === 'online', last_seen_at: one.last_seen_at, occurred_at: one.last_seen_at });
    for (const stream of streams) stream.write(`id: ${sent}\nevent: site.pulse\ndata: ${data}\n\n`);
  };
  const timer = eventsPerSecond > 0 && all.length > 0 ? setInterval(emit, 1000 / eventsPerSecond) : undefined;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    stop: () => {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a tab has after signing in. */
export const token = JSON.stringify({ access_token: 'stub', expires_at: Date.now() + 3_600_000 });
