// What the server tells the page about itself: see src/web_app of the server.
export interface Config {
  /** Origins and prefixes, without a slash at the end. */
  api: string;
  auth: string;
  portal: string;
  docs: string;
  version: string;
  brand: { name: string; color: string; logo_url: string };
}

function read(): Config {
  const here = globalThis.location?.origin ?? '';
  const fallback: Config = {
    api: here, auth: here, portal: `${here}/app`, docs: `${here}/docs`, version: 'dev', brand: { name: 'OpenStrat', color: '', logo_url: '' },
  };
  const text = globalThis.document?.querySelector('meta[name="openstrat-config"]')?.getAttribute('content');
  if (!text || text.startsWith('%')) return fallback; // the development server does not fill the page in
  try {
    return { ...fallback, ...(JSON.parse(text) as Partial<Config>) };
  } catch {
    return fallback;
  }
}

export const config = read();
export const styleNonce = () => document.querySelector('meta[name="openstrat-nonce"]')?.getAttribute('content') ?? '';
