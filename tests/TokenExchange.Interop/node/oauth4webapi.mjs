// oauth4webapi, step by step as its own examples do it: discover, exchange with private_key_jwt, introspect as the resource, validate, revoke.
//
// In, from the environment:
//   ISSUER, CLIENT_ID, CLIENT_JWK, SUBJECT_TOKEN, RESOURCE, PURPOSE, SCOPE
//   RESOURCE_CLIENT, RESOURCE_SECRET  who introspects
//   AUDIENCE                          optional; whom the relying app takes itself for, RESOURCE unless said otherwise
//
// Out, one line of JSON and never a token:
//   exit 0  {token, validated, active, revoked, afterwards}
//   exit 1  {error, …}

import { importJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { answer, required } from './answer.mjs';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const http = { [oauth.allowInsecureRequests]: true };

async function run() {
  const issuer = new URL(required('ISSUER'));
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http }));

  const jwk = JSON.parse(required('CLIENT_JWK'));
  const client = { client_id: required('CLIENT_ID') };
  const agent = oauth.PrivateKeyJwt({ key: await importJWK(jwk, 'ES256'), kid: jwk.kid });
  const exchanged = await oauth.processGenericTokenEndpointResponse(as, client, await oauth.genericTokenEndpointRequest(as, client, agent, TOKEN_EXCHANGE, {
    subject_token: required('SUBJECT_TOKEN'),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    resource: required('RESOURCE'),
    purpose: required('PURPOSE'),
    scope: required('SCOPE'),
  }, http));
  const { access_token: accessToken, ...token } = exchanged;

  const call = new Request('https://mail.example/messages', { headers: { authorization: `Bearer ${accessToken}` } });
  const validated = await oauth.validateJwtAccessToken(as, call, process.env.AUDIENCE || required('RESOURCE'), http);

  const resource = { client_id: required('RESOURCE_CLIENT') };
  const secret = oauth.ClientSecretBasic(required('RESOURCE_SECRET'));
  const introspect = async () => oauth.processIntrospectionResponse(as, resource, await oauth.introspectionRequest(as, resource, secret, accessToken, http));
  const active = await introspect();

  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, agent, accessToken, http));
  return { token, validated, active, afterwards: await introspect() };
}

await answer(run, failure => ({
  error: failure.error ?? failure.code ?? failure.name,
  error_description: failure.error_description,
  error_uri: failure.cause?.error_uri,
  status: failure.status,
  message: failure.message,
  challenge: failure instanceof oauth.WWWAuthenticateChallengeError ? failure.cause.map(c => c.scheme) : undefined,
}));
