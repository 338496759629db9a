// Receives revocations from a TokenExchange server, until Ctrl-C. Needs Node 20 and one package: npm install jose
// In, from the environment: ISSUER, CLIENT_ID and CLIENT_SECRET of a client of kind resource. Out: a line of JSON for each event.

import { createRemoteJWKSet, jwtVerify } from 'jose';

const { ISSUER: issuer, CLIENT_ID: id, CLIENT_SECRET: secret } = process.env;
const get = async url => (await fetch(url)).json();
const ssf = await get(`${issuer}/.well-known/ssf-configuration`);
const { token_endpoint } = await get(`${issuer}/.well-known/oauth-authorization-server`);
const keys = createRemoteJWKSet(new URL(ssf.jwks_uri));
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

let token;
async function call(method, url, body, signal) {
  if (!(token?.until > Date.now())) {
    const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'events.receive' });
    const answer = await fetch(token_endpoint, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body: form });
    if (!answer.ok) throw new Error(`No token: ${answer.status}`);
    const { access_token, expires_in } = await answer.json();
    token = { access_token, until: Date.now() + (expires_in - 30) * 1000 };
  }
  const headers = { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' };
  return fetch(url, { method, headers, body: body && JSON.stringify(body), signal });
}

async function create() {
  const answer = await call('POST', ssf.configuration_endpoint, { delivery: { method: 'urn:ietf:rfc:8936' } });
  if (answer.status !== 201) throw new Error(`No stream: ${answer.status}`);
  return answer.json();
}

let stream = await create();
let [ack, setErrs] = [[], {}];
while (!stop.signal.aborted) {
  try {
    const answer = await call('POST', stream.delivery.endpoint_url, { ack, setErrs }, stop.signal);
    if (answer.status === 404) stream = await create(); // Not seen for too long: the new one begins with what is in force.
    if (!answer.ok) throw new Error(`No events: ${answer.status}`);
    const { sets } = await answer.json();
    [ack, setErrs] = [[], {}];
    for (const [jti, set] of Object.entries(sets)) {
      try {
        const { payload } = await jwtVerify(set, keys, { issuer, audience: id, typ: 'secevent+jwt', algorithms: ['ES256'] });
        console.log(JSON.stringify(payload.events));
        ack.push(jti);
      } catch (problem) {
        if (!problem.code?.startsWith('ERR_J')) throw problem;
        setErrs[jti] = { err: 'authentication_failed', description: problem.code };
      }
    }
  } catch (problem) {
    if (stop.signal.aborted) break;
    console.error(problem.message); // Out of reach for a moment: nothing is lost, what is not acknowledged comes again.
    await new Promise(later => setTimeout(later, 1000));
  }
}
await call('DELETE', `${ssf.configuration_endpoint}?stream_id=${stream.stream_id}`);
