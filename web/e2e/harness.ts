// The real server, the real simulator and a real browser for tests. Everything lives in a directory of its own and goes away with it.
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

// The programs take every OPENSTRAT_ variable for a configuration key; those of the tests are not for them.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OPENSTRAT_')));
const root = path.resolve(import.meta.dirname, '../..');
const buildDir = process.env.OPENSTRAT_BUILD_DIR ?? path.join(root, 'build/dev');
export const password = 'Correct-Horse-9-Battery';
const stepTimeoutMs = 60_000;

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });

/** Asks until it is so. Polling, never a fixed wait. */
export async function until<T>(ask: () => Promise<T | false | null | undefined> | T | false | null | undefined, what: string, timeoutMs = stepTimeoutMs): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown = null;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain until ${what}${last ? ` (${String(last)})` : ''}`);
}

function stopProcess(child: ChildProcess | null): Promise<void> {
  return new Promise((resolve) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    child.on('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

export class Server {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'openstrat-e2e-'));
  url = '';
  private child: ChildProcess | null = null;
  private simulators: ChildProcess[] = [];
  private configFile = path.join(this.directory, 'openstrat.toml');

  /** `host` localhost is for passkeys, which want a name. */
  static async start(config: Record<string, unknown> = {}, host = '127.0.0.1'): Promise<Server> {
    const server = new Server();
    const [port, sftp] = [await freePort(), await freePort()];
    server.url = `http://${host}:${port}`;
    const all: Record<string, unknown> = {
      data_dir: path.join(server.directory, 'data'), 'http.listen': [`http://127.0.0.1:${port}`], 'public_url.api': server.url, 'sftp.port': sftp, 'ratelimit.enabled': false,
      'auth.password_memory': '64KiB', 'auth.password_passes': 1, 'auth.registration': 'invite',
      ...(process.env.WEB_DIRECTORY ? { 'web.directory': path.resolve(process.env.WEB_DIRECTORY) } : {}), ...config,
    };
    writeFileSync(server.configFile, Object.entries(all).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join(''));
    await server.launch();
    return server;
  }

  async launch() {
    const log = createWriteStream(path.join(this.directory, 'server.log'), { flags: 'a' });
    const child = spawn(path.join(buildDir, 'openstrat'), ['serve', '--config', this.configFile], { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.child = child;
    await until(async () => child.exitCode !== null || (await fetch(`${this.url}/readyz`)).ok, 'the server is ready');
    if (child.exitCode !== null) throw new Error(`the server ended: ${this.log()}`);
  }

  async kill() {
    await stopProcess(this.child);
  }

  async restart() {
    await this.kill();
    await this.launch();
  }

  log = () => readFileSync(path.join(this.directory, 'server.log'), 'utf8').slice(-4000);

  async cli<T>(...args: string[]): Promise<T> {
    const { stdout } = await promisify(execFile)(path.join(buildDir, 'openstrat'), [...args, '--config', this.configFile], { env: environment });
    return JSON.parse(stdout) as T;
  }

  /** A person who owns a new team. */
  async addUser(email: string, team: string) {
    const user = await this.cli<{ user_id: string; team_id: string }>('admin', 'create-user', '--email', email, '--password', password, '--team', team);
    const { access_token: token } = await this.cli<{ access_token: string }>('admin', 'create-token', '--email', email);
    return { ...user, email, token, api: new Api(this.url, token) };
  }

  /** Simulated routers, adopted by a runbook of the team. */
  async simulate(team: string, count: number, more: string[] = []) {
    const runbook = await this.cli<{ token: string }>('admin', 'create-runbook', '--team', team);
    this.startSimulator(['--runbook', runbook.token, '--count', String(count), ...more]);
    return runbook;
  }

  startSimulator(args: string[]) {
    const log = createWriteStream(path.join(this.directory, 'sim.log'), { flags: 'a' });
    const speed = args.includes('--speed') ? [] : ['--speed', '10'];
    const child = spawn(path.join(buildDir, 'openstrat-sim'), ['--server', this.url, ...speed, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    child.on('exit', (code) => {
      if (code) console.error(`the simulator ended with ${code}:`, readFileSync(path.join(this.directory, 'sim.log'), 'utf8').slice(-1000));
    });
    this.simulators.push(child);
    return { stop: () => stopProcess(child) };
  }

  /** The newest link mailed to an address that contains `part`. */
  mailedLink(address: string, part: string) {
    return until(async () => {
      const mails = (await (await fetch(`${this.url}/internal/mailbox/messages?to=${encodeURIComponent(address)}`)).json()) as { text: string }[];
      return mails.flatMap((mail) => mail.text.match(/https?:\/\/\S+/g) ?? []).find((link) => link.includes(part));
    }, `a mail with ${part} to ${address}`);
  }

  async stop() {
    await Promise.all(this.simulators.map(stopProcess));
    await stopProcess(this.child);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The API as a program sees it, to arrange what a test looks at. */
export class Api {
  private readonly url: string;
  private readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  async call<T>(method: string, target: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(this.url + target, {
      method, body: body === undefined ? undefined : JSON.stringify(body), headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json', ...headers },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }
  get = <T>(target: string) => this.call<T>('GET', target);
  post = <T>(target: string, body: unknown, headers?: Record<string, string>) => this.call<T>('POST', target, body, headers);
}

let browser: Browser | null = null;

export async function newContext(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(stepTimeoutMs);
  return context;
}

export async function closeBrowser() {
  await browser?.close();
  browser = null;
}

/** Through the real sign-in page, ending in the application at `to`. */
export async function signIn(page: Page, server: Server, email: string, to = '/app/') {
  await page.goto(server.url + to);
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(password);
  await page.locator('#password-form [type=submit]').click();
  await page.waitForURL(`${server.url}${to}`);
  await page.locator('main h1').waitFor();
}

/** Whatever the page says wrong of itself: errors of scripts, refused resources. For `expect(troubles).toEqual([])`. */
export function watchTroubles(page: Page, ignore: RegExp = /^$/): string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !ignore.test(message.text())) troubles.push(`${message.text()} ${message.location().url}`);
  });
  return troubles;
}

/** RFC 6238, as an authenticator app does it. */
export function totp(secret: string, at = Date.now()): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(' ', '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac.at(-1)! & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
