// One token exchange (RFC 8693) as a stranger would write it: openid-client discovers the server and asks, jose checks the answer.
// Nothing here is bent to fit our server; where this script needs a trick, the server is at fault.
//
// In, from the environment:
//   ISSUER              the server's issuer, exactly as it calls itself
//   CLIENT_ID           the agent
//   CLIENT_JWK          the agent's private key: a JWK as JSON, ES256
//   SUBJECT_TOKEN       what the user lends
//   SUBJECT_TOKEN_TYPE  optional; a session assertion (…:token-type:jwt) unless said otherwise
//   RESOURCE            the relying app (RFC 8707), and the audience the answer must carry
//   PURPOSE, SCOPE      optional; a parameter is only sent when it is set
//
// Out, one line of JSON and never a token:
//   exit 0  {header, payload, expiresIn, tokenResponse}
//   exit 1  {error, …}

import { createRemoteJWKSet, importJWK, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { answer, required } from './answer.mjs';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

function isLoopbackHttp(url) {
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

async function exchange() {
  const issuer = required('ISSUER');
  const resource = required('RESOURCE');
  const subjectToken = required('SUBJECT_TOKEN');
  const clientId = required('CLIENT_ID');
  const jwk = JSON.parse(required('CLIENT_JWK'));
  const key = await importJWK(jwk, 'ES256');

  const config = await client.discovery(
    new URL(issuer),
    clientId,
    undefined,
    client.PrivateKeyJwt(jwk.kid ? { key, kid: jwk.kid } : key),
    { algorithm: 'oauth2', execute: isLoopbackHttp(new URL(issuer)) ? [client.allowInsecureRequests] : [] },
  );

  // openid-client accepts an issuer that differs by a trailing slash; a server must not live on that.
  const metadata = config.serverMetadata();
  if (metadata.issuer !== issuer) {
    throw Object.assign(new Error(`The server calls itself ${metadata.issuer}, not ${issuer}.`), { error: 'issuer_mismatch' });
  }

  const response = await client.genericGrantRequest(config, TOKEN_EXCHANGE, {
    subject_token: subjectToken,
    subject_token_type: process.env.SUBJECT_TOKEN_TYPE || JWT,
    resource,
    ...(process.env.PURPOSE && { purpose: process.env.PURPOSE }),
    ...(process.env.SCOPE && { scope: process.env.SCOPE }),
  });

  const { protectedHeader, payload } = await jwtVerify(response.access_token, createRemoteJWKSet(new URL(metadata.jwks_uri)), {
    issuer,
    audience: resource,
    typ: 'at+jwt',
    algorithms: ['ES256'],
  });

  const { access_token, ...tokenResponse } = response;
  return { header: protectedHeader, payload, expiresIn: response.expiresIn(), tokenResponse };
}

// What the server said (error, error_description, status), or what the library could not accept (code, cause).
function describe(failure) {
  return {
    error: failure.error ?? failure.code ?? failure.name,
    error_description: failure.error_description,
    error_uri: failure.cause?.error_uri,
    status: failure.status,
    message: failure.message,
    cause: failure.cause?.message,
  };
}

await answer(exchange, describe);
