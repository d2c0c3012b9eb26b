import '@/app/mantine.css';
import '@/app/tokens.css';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';
import { registerWorker } from '@/app/pwa';

// A transition is drawn in slices: the browser can answer between them.
startTransition(() =>
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
registerWorker();
