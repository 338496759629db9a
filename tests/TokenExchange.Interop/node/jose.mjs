// A relying app that knows nothing but jose: one token, checked against the published keys.
//
// In, from the environment: ISSUER, TOKEN, AUDIENCE
// Out, one line of JSON and never a token: {header, payload} with exit code 0, {error, …} with 1.

import { createRemoteJWKSet, jwtVerify } from 'jose';
import { answer, required } from './answer.mjs';

async function verify() {
  const issuer = required('ISSUER');
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
  const { protectedHeader, payload } = await jwtVerify(required('TOKEN'), createRemoteJWKSet(new URL(metadata.jwks_uri)), {
    issuer, audience: required('AUDIENCE'), typ: 'at+jwt', algorithms: ['ES256'],
  });
  return { header: protectedHeader, payload };
}

await answer(verify, failure => ({ error: failure.code ?? failure.name, claim: failure.claim, message: failure.message }));
