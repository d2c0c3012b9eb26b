// The service worker: the shell works offline, and the dashboard and site list show what was last known.
import { ExpirationPlugin } from 'workbox-expiration';
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';

declare const self: ServiceWorkerGlobalScope;

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);

// Every page of the application is the same document: kept under one name, with the nonce and policy it came with.
const shell = new NetworkFirst({
  cacheName: 'shell',
  networkTimeoutSeconds: 4,
  plugins: [{ cacheKeyWillBeUsed: async () => new Request('/app/') }],
});
registerRoute(new NavigationRoute(({ event, request }) => shell.handle({ event, request }), { allowlist: [/^\/app\//], denylist: [/^\/app\/callback/] }));

// Last known data, by person, so that nobody sees what another had. Never secrets, sessions or keys.
const keptPaths = [/^\/me$/, /^\/sites(\/(summary|recent|[0-9a-f-]{36}))?$/, /^\/faults\/recent$/, /^\/metrics\/dashboard\/health$/, /^\/teams$/, /^\/me\/settings/];
async function whose(request: Request): Promise<string> {
  const token = request.headers.get('Authorization');
  if (!token) return request.headers.get('X-Last-Person') ?? '';
  const claims = token.split('.')[1] ?? '';
  try {
    return (JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/'))) as { sub?: string }).sub ?? '';
  } catch {
    return '';
  }
}
registerRoute(
  ({ url, request, sameOrigin }) => sameOrigin && request.method === 'GET' && (request.headers.has('Authorization') || request.headers.has('X-Last-Person')) && keptPaths.some((path) => path.test(url.pathname)),
  new NetworkFirst({
    cacheName: 'data',
    networkTimeoutSeconds: 8,
    plugins: [
      {
        cacheKeyWillBeUsed: async ({ request }) => {
          const url = new URL(request.url);
          url.searchParams.set('~whose', await whose(request));
          return url.toString();
        },
        cacheWillUpdate: async ({ response }) => (response.status === 200 ? response : null),
      },
      new ExpirationPlugin({ maxEntries: 60, maxAgeSeconds: 7 * 86_400 }),
    ],
  }),
);

self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
