import '@/app/mantine.css';
import '@/app/tokens.css';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';
import { registerWorker } from '@/app/pwa';
import { queryClient } from '@/app/queryClient';
import { router } from '@/app/router';
import { nextTurn } from '@/lib/turns';

/** So long the document's own frame stands; then the page is drawn with what is there. */
const patienceMs = 1500;

/** The page's code, the person, and what the page asks the server for as it opens. */
async function everything() {
  await nextTurn();
  await router.load();
  await Promise.allSettled(queryClient.getQueryCache().getAll().map((query) => query.promise));
}

await Promise.race([everything(), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
// Once, whole, and as a transition: it is drawn in slices of a few milliseconds between which the browser answers.
startTransition(() =>
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
registerWorker();
