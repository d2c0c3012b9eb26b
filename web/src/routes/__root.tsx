import { createRootRouteWithContext, Outlet, useRouterState } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { Shell } from '@/app/shell/Shell';
import { refreshOnFrames } from '@/app/queryClient';
import { isSignedIn, signIn } from '@/lib/auth';
import { config } from '@/app/config';
import { meQuery } from '@/lib/me';
import { startRealtime } from '@/lib/realtime';

/** Whether the host that signs people in answers; an offline start shows what was last known instead of a browser's error page. */
const reachable = () => fetch(`${config.auth}/healthz`, { cache: 'no-store' }).then((answer) => answer.ok, () => false);

let started = false;

/** Live updates begin when the page stands: they are about what comes after it. */
const afterDrawing = (work: () => void) => void ('requestIdleCallback' in window ? requestIdleCallback(work, { timeout: 2000 }) : setTimeout(work, 1000));

/** Pages for people without an account. */
const isOpen = (path: string) => path.startsWith('/shared/');

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  beforeLoad: async ({ location }) => {
    // By another name of the same server nobody can sign in: the provider knows one address of the application.
    if (new URL(config.portal).origin !== window.location.origin) {
      window.location.replace(config.portal + (location.href === '/' ? '/' : location.href));
      await new Promise(() => {});
    }
    if (isOpen(location.pathname)) return;
    if (!isSignedIn() && (await reachable())) await signIn(`/app${location.href === '/' ? '/' : location.href}`);
    if (started) return;
    started = true;
    refreshOnFrames();
    afterDrawing(startRealtime);
  },
  loader: ({ context, location }) => (isOpen(location.pathname) ? undefined : void context.queryClient.prefetchQuery(meQuery)),
  component: Root,
});

function Root() {
  const open = useRouterState({ select: (state) => isOpen(state.location.pathname) });
  return open ? <Outlet /> : <Shell />;
}
