// The application, file after file: each is evaluated in a task of its own, and the browser draws and answers between them. The last one runs (main.tsx).
const built = document.querySelector<HTMLMetaElement>('meta[name="openstrat-parts"]');
const parts = built ? (JSON.parse(built.content) as string[]) : ['/app/src/main.tsx'];
// The document's own frame is seen first; a page in the background gets no frames and does not wait for one.
await new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, 100);
});
try {
  for (const part of parts) {
    await import(/* @vite-ignore */ part);
    await new Promise((resolve) => setTimeout(resolve));
  }
} catch (error) {
  const text = 'The application could not be fetched. Check the connection, then load the page again.';
  document.querySelector('.starting main')?.replaceChildren(Object.assign(document.createElement('p'), { role: 'alert', textContent: text }));
  throw error;
}
export {};
