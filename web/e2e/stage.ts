// A team with something of everything in it: what screenshots, axe and the tests that visit all pages look at.
import { Server, until } from './harness.ts';

export type Person = Awaited<ReturnType<Server['addUser']>>;
export interface Stage {
  server: Server;
  ann: Person;
  /** An online site of the fleet. */
  site: string;
}

interface Site { id: string; name: string; state: string }
// One pixel: what counts is that there is a picture.
const photo = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

async function addFile(stage: Stage, kind: 'notes' | 'media' | 'documents', name: string, body: string | Uint8Array) {
  const answer = await fetch(`${stage.server.url}/sites/${stage.site}/${kind}?name=${encodeURIComponent(name)}`, {
    method: 'POST', body: body as BodyInit, headers: { Authorization: `Bearer ${stage.ann.token}`, 'Content-Type': 'application/octet-stream' },
  });
  if (!answer.ok) throw new Error(`${kind} ${name}: ${answer.status} ${await answer.text()}`);
}

async function fillTeam({ ann, site, server }: Stage) {
  const api = ann.api;
  const roles = await api.get<{ id: string; name: string }[]>('/roles');
  await api.post('/roles', { name: 'Night shift', scopes: ['site:view', 'job:view', 'fault:view'] });
  await api.post('/users', { email: 'cleo@example.net', name: 'Cleo Carter', timezone: 'Europe/Berlin', roles: roles.filter((one) => one.name === 'Operator').map((one) => one.id) });
  await api.post(`/teams/${ann.team_id}/invites`, { email: 'ben@example.net' });
  await api.post('/api/keys', { name: 'Billing export', permissions: ['site:view'] });
  await api.post('/oauth/clients', { name: 'Network map', token_endpoint_auth_method: 'client_secret_basic', redirect_uris: ['https://map.example.com/callback'], scopes: ['site:view'] });
  await api.post('/identity-providers', { type: 'github', name: 'GitHub', client_id: 'openstrat', client_secret: 'not-a-real-one', allowed_domains: ['example.net'], enabled: true });
  await api.post('/security/ip-allowlist', { cidr: '203.0.113.0/24', note: 'Office Berlin' });
  await api.post('/faults/token', { expire_after_minutes: 480 });
  const fault = await api.post<{ id: string }>('/fault', { type: 'power', message: 'Power cut in building 7, the whole street is dark', severity: 'high', site_id: site });
  await api.post(`/fault/${fault.id}/comment`, { comment: 'The power company is on it: 18:00 at the latest.' });
  const tag = await api.post<{ id: string }>('/tags', { key: 'Region', color: '#2f9e44', mandatory_on: ['site'] });
  await api.post(`/tags/${tag.id}/values`, { correlation_id: site, correlation_type: 'site', value: 'North' });
  await api.post('/jobs/batches', { sites: [site], description: 'Name the router', script: '/system identity set name=harbour', make_backup: true });
  await api.post('/jobs/batches', { sites: [site], description: 'A broken one', script: ':error "out of paper"' });
  await api.call('PUT', '/me/settings/web.sites', { views: [{ id: 'one', name: 'Silent ones', search: { state: 'offline' } }], defaultView: null });
  await api.call('PUT', '/me/settings/app.tour', true);
  const stage = { ann, site, server };
  await addFile(stage, 'notes', 'Key', 'The key of the rack hangs behind the counter.');
  await addFile(stage, 'media', 'rack.png', photo);
  await addFile(stage, 'documents', 'contract.txt', 'Contract 4711');
}

/** Twelve routers, four of which have gone, and one site that waits for its router. `localhost` is for passkeys, which want a name. `first` sees the server while it has no account. */
export async function buildStage(first: (server: Server) => Promise<void> = async () => {}): Promise<Stage> {
  const server = await Server.start({ 'monitor.heartbeat.period_s': 5, 'monitor.heartbeat.miss_limit': 2, 'monitor.restart_guard_s': 0 }, 'localhost');
  await first(server);
  const ann = await server.addUser('ann@example.net', 'North Networks');
  const runbook = await server.simulate(ann.team_id, 8, ['--life', 'calm', '--routeros', 'mixed']);
  const gone = server.startSimulator(['--runbook', runbook.token, '--count', '4', '--life', 'calm', '--serial-prefix', 'GONE']);
  const online = (least: number) => until(async () => {
    const sites = (await ann.api.get<Site[]>('/sites')).filter((one) => one.state === 'online');
    return sites.length >= least && sites;
  }, `${least} routers are adopted`);
  await online(12);
  await gone.stop();
  await until(async () => (await ann.api.get<Site[]>('/sites')).filter((one) => one.state === 'offline').length >= 4, 'four routers are offline');
  const stage = { server, ann, site: (await online(8))[0]!.id };
  await ann.api.post('/sites', { name: 'Warehouse east' });
  await fillTeam(stage);
  return stage;
}
