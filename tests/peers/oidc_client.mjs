// An application of others: openid-client 6 and 5 and oauth4webapi behind a line of JSON in, a line of JSON out.
// in:  {"op": "callback", "client": {issuer, client_id, auth, secret, jwk, redirect_uri}, …}
// out: {"ok": …}, or {"error": {kind, code, status, message}} with what the library made of the server's answer.
import readline from "node:readline";
import * as openid from "openid-client";
import * as oauth from "oauth4webapi";
import { Issuer, generators } from "openid-client-5";

const algorithms = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  PS256: { name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  ES256: { name: "ECDSA", namedCurve: "P-256" },
};
const keys = new Map(); // alg → CryptoKeyPair

async function keyPair(alg) {
  if (!keys.has(alg)) keys.set(alg, await crypto.subtle.generateKey(algorithms[alg], true, ["sign", "verify"]));
  return keys.get(alg);
}

async function clientAuth(client) {
  switch (client.auth) {
    case "none": return openid.None();
    case "client_secret_post": return openid.ClientSecretPost(client.secret);
    case "client_secret_basic": return openid.ClientSecretBasic(client.secret);
    default: return openid.PrivateKeyJwt({ key: (await keyPair(client.alg)).privateKey, kid: client.alg });
  }
}

const configurations = new Map();

async function configuration(client) {
  const name = JSON.stringify(client);
  if (!configurations.has(name)) {
    const made = await openid.discovery(new URL(client.issuer), client.client_id, { token_endpoint_auth_method: client.auth }, await clientAuth(client),
      { execute: [openid.allowInsecureRequests] });
    openid.enableNonRepudiationChecks(made); // the signature of ID tokens, too
    configurations.set(name, made);
  }
  return configurations.get(name);
}

const withClaims = (tokens) => ({ ...tokens, claims: tokens.claims() ?? null });

const operations = {
  async public_jwks({ algs }) {
    const jwks = [];
    for (const alg of algs) {
      const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey("jwk", (await keyPair(alg)).publicKey);
      jwks.push(Object.fromEntries(Object.entries({ kty, n, e, crv, x, y, alg, kid: alg, use: "sig" }).filter(([, value]) => value !== undefined)));
    }
    return { keys: jwks };
  },
  async metadata({ client }) {
    return (await configuration(client)).serverMetadata();
  },
  async authorization_url({ client, parameters = {}, pkce = true }) {
    const checks = { state: openid.randomState(), nonce: openid.randomNonce() };
    const query = { redirect_uri: client.redirect_uri, scope: "openid profile email offline_access", ...checks, ...parameters };
    if (pkce) {
      checks.verifier = openid.randomPKCECodeVerifier();
      query.code_challenge = await openid.calculatePKCECodeChallenge(checks.verifier);
      query.code_challenge_method = "S256";
    }
    return { url: openid.buildAuthorizationUrl(await configuration(client), query).href, checks };
  },
  async callback({ client, url, checks, max_age }) {
    const expected = { pkceCodeVerifier: checks.verifier, expectedState: checks.state, expectedNonce: checks.nonce, idTokenExpected: true };
    if (max_age !== undefined) expected.maxAge = max_age;
    return withClaims(await openid.authorizationCodeGrant(await configuration(client), new URL(url), expected));
  },
  async refresh({ client, token, parameters }) {
    return withClaims(await openid.refreshTokenGrant(await configuration(client), token, parameters));
  },
  async client_credentials({ client, parameters }) {
    return openid.clientCredentialsGrant(await configuration(client), parameters);
  },
  async userinfo({ client, token, subject }) {
    return openid.fetchUserInfo(await configuration(client), token, subject);
  },
  async introspect({ client, token }) {
    return openid.tokenIntrospection(await configuration(client), token);
  },
  async revoke({ client, token }) {
    await openid.tokenRevocation(await configuration(client), token);
    return {};
  },
  async end_session_url({ client, parameters }) {
    return openid.buildEndSessionUrl(await configuration(client), parameters).href;
  },

  // The same with the library below, step by step: discovery, callback, verification of the ID token, userinfo.
  async oauth4webapi_callback({ client, url, checks }) {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(client.issuer);
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    const self = { client_id: client.client_id };
    const parameters = oauth.validateAuthResponse(server, self, new URL(url), checks.state);
    const authentication = client.auth === "none" ? oauth.None() : oauth.ClientSecretBasic(client.secret);
    const response = await oauth.authorizationCodeGrantRequest(server, self, authentication, parameters, client.redirect_uri, checks.verifier, insecure);
    const tokens = await oauth.processAuthorizationCodeResponse(server, self, response, { expectedNonce: checks.nonce, requireIdToken: true });
    await oauth.validateApplicationLevelSignature(server, response, insecure);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    const answer = await oauth.userInfoRequest(server, self, tokens.access_token, insecure);
    return { claims, userinfo: await oauth.processUserInfoResponse(server, self, claims.sub, answer) };
  },

  // The older generation, which many applications still use.
  async v5_authorization_url({ client, parameters = {} }) {
    const checks = { state: generators.state(), nonce: generators.nonce(), code_verifier: generators.codeVerifier() };
    const url = (await v5(client)).authorizationUrl({ scope: "openid email offline_access", state: checks.state, nonce: checks.nonce,
      code_challenge: generators.codeChallenge(checks.code_verifier), code_challenge_method: "S256", ...parameters });
    return { url, checks };
  },
  async v5_callback({ client, url, checks }) {
    const application = await v5(client);
    const tokens = await application.callback(client.redirect_uri, application.callbackParams(url), checks);
    const userinfo = await application.userinfo(tokens);
    const refreshed = await application.refresh(tokens.refresh_token);
    const introspected = await application.introspect(refreshed.access_token);
    await application.revoke(refreshed.refresh_token);
    return { claims: tokens.claims(), userinfo, introspected, after: await application.introspect(refreshed.access_token) };
  },
};

async function v5(client) {
  const issuer = await Issuer.discover(client.issuer);
  return new issuer.Client({ client_id: client.client_id, client_secret: client.secret, token_endpoint_auth_method: client.auth,
    redirect_uris: [client.redirect_uri], response_types: ["code"] });
}

function describe(error) {
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { kind: error.constructor.name, code: error.error ?? error.code ?? "", status: error.status ?? null, message: [error.message, error.error_description, cause].filter(Boolean).join("; ") };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { op, ...parameters } = JSON.parse(line);
  let answer;
  try {
    answer = { ok: await operations[op](parameters) };
  } catch (error) {
    answer = { error: describe(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
