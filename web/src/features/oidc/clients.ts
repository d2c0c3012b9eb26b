// Applications that people sign in to with their account here: what the form holds, and what the server takes.
import type { Schemas } from '@/lib/api';

export type OAuthClient = Schemas['OAuthClient'];
export type Kind = 'server' | 'browser' | 'service';

export const kinds: { value: Kind; label: string; description: string }[] = [
  { value: 'server', label: 'Web application with a server', description: 'Keeps a secret on its own server. People sign in to it.' },
  { value: 'browser', label: 'Browser, desktop or mobile application', description: 'Cannot keep a secret; uses PKCE. People sign in to it.' },
  { value: 'service', label: 'Service without people', description: 'Works for the team by itself, with a secret.' },
];

export interface ClientFields {
  kind: Kind;
  name: string;
  homepage: string;
  redirects: string;
  logouts: string;
  stays: boolean;
  scopes: string[];
}

export const kindOf = (app: Pick<OAuthClient, 'token_endpoint_auth_method' | 'grant_types'>): Kind =>
  app.token_endpoint_auth_method === 'none' ? 'browser' : app.grant_types.includes('authorization_code') ? 'server' : 'service';

export const fieldsOf = (app?: OAuthClient): ClientFields => ({
  kind: app ? kindOf(app) : 'server', name: app?.name ?? '', homepage: app?.homepage ?? '', redirects: app?.redirect_uris.join('\n') ?? '',
  logouts: app?.post_logout_redirect_uris.join('\n') ?? '', stays: app ? app.grant_types.includes('refresh_token') : true, scopes: app?.scopes ?? [],
});

const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** `app` keeps what the form does not ask for: how exactly it proves who it is, and its keys. */
export function requestOf(fields: ClientFields, app?: OAuthClient): Schemas['OAuthClientRequest'] {
  const people = fields.kind !== 'service';
  const method = fields.kind === 'browser' ? 'none' : app && app.token_endpoint_auth_method !== 'none' ? app.token_endpoint_auth_method : 'client_secret_basic';
  return {
    name: fields.name.trim(), token_endpoint_auth_method: method, scopes: fields.scopes,
    grant_types: people ? ['authorization_code', ...(fields.stays ? (['refresh_token'] as const) : [])] : ['client_credentials'],
    redirect_uris: people ? lines(fields.redirects) : [], post_logout_redirect_uris: people ? lines(fields.logouts) : [],
    homepage: fields.homepage.trim() || null, ...(method === 'private_key_jwt' ? { jwks: app?.jwks } : {}),
  };
}

export function checkRedirects(text: string, kind: Kind): string | null {
  if (kind === 'service') return null;
  const all = lines(text);
  if (all.length === 0) return 'At least one address to which people come back after signing in.';
  const wrong = all.find((line) => !/^[a-z][a-z0-9+.-]*:\S+$/i.test(line));
  return wrong ? `“${wrong}” is no complete address such as https://app.example.com/callback.` : null;
}
