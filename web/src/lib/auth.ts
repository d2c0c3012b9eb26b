// Who is signed in: an access token of our own OpenID provider (authorization code with PKCE, client `openstrat-web`), kept in this tab only.
// The session itself is a cookie of the sign-in host that no script can read; while it lasts, a new token costs one silent round trip.
import type { AuthorizationServer, Client } from 'oauth4webapi';
import { config } from '@/app/config';

export const clientId = 'openstrat-web';
const tokenKey = 'openstrat.token';
const personKey = 'openstrat.person';
const requestKey = (state: string) => `openstrat.request.${state}`;

export interface Token {
  access_token: string;
  id_token?: string;
  /** Milliseconds since 1970. */
  expires_at: number;
}
interface PendingRequest {
  verifier: string;
  return_to: string;
}
export type CallbackMessage = { kind: 'openstrat.callback'; ok: boolean; token?: Token; error?: string };

/** Needed on the way in only; most visits have a token. */
const loadOAuth = () => import('oauth4webapi');

export const authorizationServer: AuthorizationServer = {
  issuer: config.auth,
  authorization_endpoint: `${config.auth}/authorize`,
  token_endpoint: `${config.auth}/oauth/token`,
};
export const redirectUri = `${config.portal}/callback`;

let current: Token | null = load();

function load(): Token | null {
  try {
    const token = JSON.parse(sessionStorage.getItem(tokenKey) ?? 'null') as Token | null;
    return token && token.expires_at > Date.now() ? token : null;
  } catch {
    return null;
  }
}

export function storeToken(token: Token) {
  current = token;
  sessionStorage.setItem(tokenKey, JSON.stringify(token));
}

export function dropToken() {
  current = null;
  sessionStorage.removeItem(tokenKey);
}

export const accessToken = () => current?.access_token ?? null;
/** Who was signed in here last: under this name the service worker keeps the last known data. Forgotten at sign-out. */
export const lastPerson = () => localStorage.getItem(personKey);
export const rememberPerson = (id: string) => localStorage.setItem(personKey, id);
export const currentToken = () => current;
export const isSignedIn = () => current !== null;

/** Remembers the verifier and says where to go; the answer comes to callback.html. */
async function authorizationUrl(returnTo: string, parameters: Record<string, string> = {}): Promise<string> {
  const oauth = await loadOAuth();
  const state = oauth.generateRandomState();
  const verifier = oauth.generateRandomCodeVerifier();
  sessionStorage.setItem(requestKey(state), JSON.stringify({ verifier, return_to: returnTo } satisfies PendingRequest));
  const url = new URL(authorizationServer.authorization_endpoint!);
  const query = {
    client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: 'openid profile email', state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...parameters,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.toString();
}

/** Leaves this page for the sign-in page, which comes back at once while the session lasts. */
export async function signIn(returnTo: string = location.pathname + location.search): Promise<never> {
  location.assign(await authorizationUrl(returnTo));
  return new Promise(() => {});
}

let renewal: Promise<boolean> | null = null;

/** A new token without leaving the page; false: the session has ended and a person must sign in. */
export function renew(): Promise<boolean> {
  renewal ??= renewInFrame().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renewInFrame(): Promise<boolean> {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.title = 'Renewing the session';
  frame.src = await authorizationUrl('/', { prompt: 'none' });
  return new Promise<boolean>((resolve) => {
    const finish = (ok: boolean) => {
      window.removeEventListener('message', listen);
      clearTimeout(timer);
      frame.remove();
      current = load();
      resolve(ok && current !== null);
    };
    const listen = (event: MessageEvent<CallbackMessage>) => {
      if (event.origin === location.origin && event.source === frame.contentWindow && event.data?.kind === 'openstrat.callback') finish(event.data.ok);
    };
    const timer = setTimeout(() => finish(false), 15_000);
    window.addEventListener('message', listen);
    document.body.append(frame);
  });
}

/** The sign-in page in a window of its own, so that what was typed here stays. Resolves when somebody has signed in there. */
export async function signInBeside(): Promise<boolean> {
  // The window gets a copy of this tab's storage when it opens: the request must be in it by then.
  const opened = window.open(await authorizationUrl('/'), 'openstrat-sign-in', 'popup,width=520,height=720');
  if (!opened) return signIn();
  return new Promise<boolean>((resolve) => {
    const listen = (event: MessageEvent<CallbackMessage>) => {
      // Frames of renewals that fail meanwhile answer here, too.
      if (event.origin !== location.origin || event.source !== opened || event.data?.kind !== 'openstrat.callback') return;
      window.removeEventListener('message', listen);
      opened.close();
      if (event.data.token) storeToken(event.data.token);
      resolve(event.data.ok && current !== null);
    };
    window.addEventListener('message', listen);
  });
}

/** Ends the session in this browser, for every tab. */
export function signOut() {
  const url = new URL(`${config.auth}/oidc/logout`);
  if (current?.id_token) url.searchParams.set('id_token_hint', current.id_token);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('post_logout_redirect_uri', config.portal);
  dropToken();
  localStorage.removeItem(personKey);
  if ('caches' in globalThis) void caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith('data')).map((name) => caches.delete(name))));
  location.assign(url.toString());
}

/** The second half, on callback.html: code against token. Answers where to go on. */
export async function completeSignIn(answer: URL): Promise<string> {
  const state = answer.searchParams.get('state') ?? '';
  const pending = JSON.parse(sessionStorage.getItem(requestKey(state)) ?? 'null') as PendingRequest | null;
  if (!pending) throw new Error('This sign-in was not started in this tab.');
  sessionStorage.removeItem(requestKey(state));
  const oauth = await loadOAuth();
  const client: Client = { client_id: clientId };
  const parameters = oauth.validateAuthResponse(authorizationServer, client, answer, state);
  const options = { [oauth.allowInsecureRequests]: !config.auth.startsWith('https:') };
  const response = await oauth.authorizationCodeGrantRequest(authorizationServer, client, oauth.None(), parameters, redirectUri, pending.verifier, options);
  const token = await oauth.processAuthorizationCodeResponse(authorizationServer, client, response);
  storeToken({ access_token: token.access_token, id_token: token.id_token, expires_at: Date.now() + (token.expires_in ?? 3600) * 1000 });
  return pending.return_to;
}
