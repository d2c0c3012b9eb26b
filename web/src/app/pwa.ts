// The service worker, and the word that a new version is ready.
import { notify } from '@/components/notify';

export function registerWorker() {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  void import('workbox-window').then(({ Workbox }) => {
    const worker = new Workbox('/app/sw.js', { scope: '/app/' });
    worker.addEventListener('waiting', () => {
      void notify({
        id: 'new-version', title: 'A new version is ready', message: 'Click here to load it. Nothing that you typed is lost until you do.', autoClose: false,
        onClick: () => {
          worker.addEventListener('controlling', () => location.reload());
          worker.messageSkipWaiting();
        },
      });
    });
    worker.register().catch(() => undefined); // refused in private windows: everything but offline works without it
  });
}
