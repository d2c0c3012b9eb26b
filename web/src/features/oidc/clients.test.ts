import { describe, expect, it } from 'vitest';
import { checkRedirects, fieldsOf, kindOf, requestOf, type OAuthClient } from './clients';

const app = { name: 'Wiki', token_endpoint_auth_method: 'private_key_jwt', grant_types: ['authorization_code'], redirect_uris: ['https://wiki.example/cb'], post_logout_redirect_uris: [], scopes: ['site:view'], homepage: null, jwks: { keys: [] } } as unknown as OAuthClient;

describe('applications', () => {
  it('are of three kinds', () => {
    expect(kindOf(app)).toBe('server');
    expect(kindOf({ token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] })).toBe('browser');
    expect(kindOf({ token_endpoint_auth_method: 'client_secret_post', grant_types: ['client_credentials'] })).toBe('service');
  });
  it('keep what the form does not ask for', () => {
    expect(requestOf(fieldsOf(app), app)).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] }, redirect_uris: ['https://wiki.example/cb'] });
  });
  it('send no addresses for a service, and no secret for a browser', () => {
    expect(requestOf({ ...fieldsOf(), kind: 'service', name: ' Export ', redirects: 'https://x.example' })).toMatchObject({ name: 'Export', redirect_uris: [], grant_types: ['client_credentials'] });
    expect(requestOf({ ...fieldsOf(), kind: 'browser', redirects: ' https://x.example/cb \n\n' })).toMatchObject({ token_endpoint_auth_method: 'none', redirect_uris: ['https://x.example/cb'], grant_types: ['authorization_code', 'refresh_token'] });
  });
  it('want complete addresses', () => {
    expect(checkRedirects('', 'server')).toContain('At least one');
    expect(checkRedirects('example.com/cb', 'server')).toContain('no complete address');
    expect(checkRedirects('https://a.example/cb\ncom.example.app:/cb', 'browser')).toBeNull();
    expect(checkRedirects('', 'service')).toBeNull();
  });
});
