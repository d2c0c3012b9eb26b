// The typed client: every path, parameter and answer comes from the server's OpenAPI document at build time.
import createClient, { type Middleware } from 'openapi-fetch';
import createQueryHooks from 'openapi-react-query';
import type { components, paths } from '@/api/schema';
import { config } from '@/app/config';
import { accessToken, lastPerson, renew } from '@/lib/auth';
import { offlineProblem, problemOf } from '@/lib/errors';
import { hasSessionEnded, reportSessionEnd, waitForSession } from '@/lib/session';
import { nextTurn } from '@/lib/turns';

export type Schemas = components['schemas'];

/** Adds the token; renews it once when it has ended; a dead network is an offline Problem. */
export async function authorizedFetch(input: Request): Promise<Response> {
  const send = async (request: Request) => {
    const token = accessToken();
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    else if (!navigator.onLine && lastPerson()) request.headers.set('X-Last-Person', lastPerson()!);
    request.headers.set('X-Current-Url', location.pathname);
    try {
      return await fetch(request);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw offlineProblem();
    }
  };
  const again = input.clone();
  await nextTurn(); // a page that opens asks for ten things: drawing it goes on between them
  const before = accessToken();
  const response = await send(input);
  if (response.status !== 401) return response;
  // Another call may have found out first: then this one takes the new token, or waits with the others.
  if (!hasSessionEnded() && accessToken() === before && !(await renew())) reportSessionEnd();
  await waitForSession();
  return send(again);
}

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
    return undefined;
  },
};

export const client = createClient<paths>({
  baseUrl: config.api,
  fetch: authorizedFetch,
  querySerializer: { array: { style: 'form', explode: true } },
});
client.use(throwProblems);

/** For what is open to everybody who has a link: no token goes along, and no answer asks anybody to sign in. */
export const openClient = createClient<paths>({
  baseUrl: config.api, credentials: 'omit',
  fetch: (input: Request) => fetch(input).catch((error: unknown) => {
    throw input.signal.aborted ? error : offlineProblem();
  }),
});
openClient.use(throwProblems);

/** `$api.useQuery('get', '/sites/{site}', {params: {path: {site}}})`. Query keys are `['get', path, init]`. */
export const $api = createQueryHooks(client);

/** For what is not JSON: files, exports, raw backups. */
export async function fetchText(path: string, init?: RequestInit): Promise<string> {
  const response = await authorizedFetch(new Request(config.api + path, init));
  if (!response.ok) throw await problemOf(response);
  return response.text();
}

export async function fetchBlob(path: string, init?: RequestInit): Promise<Blob> {
  const response = await authorizedFetch(new Request(config.api + path, init));
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

/** Saves what an operation answers as a file. */
export async function download(path: string, filename: string, init?: RequestInit) {
  const url = URL.createObjectURL(await fetchBlob(path, init));
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The cursor of the next page out of a `Link: …; rel="next"` header. */
export function nextCursor(response: Response): string | null {
  const link = response.headers.get('Link')?.match(/<([^>]+)>;\s*rel="?next"?/)?.[1];
  return link ? new URL(link, config.api).searchParams.get('cursor') : null;
}

export const totalCount = (response: Response) => {
  const text = response.headers.get('X-Total-Count');
  return text === null ? null : Number(text);
};
