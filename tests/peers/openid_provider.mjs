// A certified OpenID provider (npm oidc-provider) for the tests: one client, development login pages, anybody may sign in.
// usage: openid_provider.mjs PORT REDIRECT_URI      The login name becomes NAME@acme.example; `unverified…` has an unverified address.
// Each start has new signing keys. GET /state/ready answers 200.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: `key-${Date.now()}` };
}

const provider = new Provider(issuer, {
  clients: [{ client_id: 'openstrat', client_secret: 'peer-secret-of-the-tests', redirect_uris: [redirectUri], response_types: ['code'] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['only for tests'] },
  features: { devInteractions: { enabled: true } },
  jwks: { keys: [signingKey()] },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@acme.example`, email_verified: !id.startsWith('unverified'), name: `Person ${id}` }),
  }),
});
provider.use(async (context, next) => {
  if (context.path !== '/state/ready') return next();
  context.body = 'ready';
});
provider.on('server_error', (_context, error) => console.error(error));
provider.listen(Number(port), '127.0.0.1');
