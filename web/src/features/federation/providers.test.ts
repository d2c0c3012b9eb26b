import { expect, it } from 'vitest';
import { fieldsOf, requestOf } from './providers';

it('sends what the type has, and a secret only when one was typed', () => {
  const fields = { ...fieldsOf(), type: 'azure' as const, name: ' Work ', client_id: 'id', tenant: 'contoso.com', issuer: 'https://left.over' };
  expect(requestOf(fields)).toEqual({
    type: 'azure', name: 'Work', client_id: 'id', tenant: 'contoso.com', issuer: null, authorize_url: null, token_url: null, userinfo_url: null, jwks_url: null,
    allowed_domains: [], jit_provisioning: false, enabled: true,
  });
  expect(requestOf({ ...fields, client_secret: ' s ' })).toMatchObject({ client_secret: 's' });
});
