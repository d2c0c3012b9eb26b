let line: Promise<void> = Promise.resolve();

/** Resolves in a task of its own, after those that asked before: between two of them the browser draws and answers. */
export const nextTurn = () =>
  (line = line.then(() => new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  })));
