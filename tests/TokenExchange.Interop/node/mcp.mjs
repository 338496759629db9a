// The MCP TypeScript SDK: its discovery by itself, and its client calling a tool of the relying app with a token it exchanges for when it is challenged.
//
// In, from the environment:
//   SERVER_URL                the MCP endpoint of the relying app
//   CLIENT_ID, CLIENT_JWK     an agent with a key, or
//   CLIENT_ID, CLIENT_SECRET  one with a secret
//   SUBJECT_TOKEN, PURPOSE, SCOPE, TOOL
//   DISCOVERY=sdk             leaves the authorization server's metadata to the SDK
//
// Out, one line of JSON and never a token:
//   exit 0  {resourceMetadata, discovered, sent, tokens, result}
//   exit 1  {error, …}

import { createPrivateKeyJwtAuth } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { discoverAuthorizationServerMetadata, discoverOAuthProtectedResourceMetadata } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { answer, required } from './answer.mjs';

const serverUrl = new URL(required('SERVER_URL'));

// The SDK's own providers are for client_credentials; this is theirs with another grant, by the hook that the SDK has for it.
class ExchangeProvider {
  redirectUrl = undefined;
  clientMetadata = { client_name: 'an MCP client', redirect_uris: [], scope: process.env.SCOPE };

  constructor(issuer) {
    this.client = { client_id: required('CLIENT_ID'), client_secret: process.env.CLIENT_SECRET, issuer };
    if (process.env.CLIENT_JWK) {
      this.addClientAuthentication = createPrivateKeyJwtAuth({
        issuer: this.client.client_id, subject: this.client.client_id, privateKey: JSON.parse(process.env.CLIENT_JWK), alg: 'ES256',
      });
    }
  }

  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.saved; }
  saveTokens(tokens) { this.saved = tokens; }

  prepareTokenRequest(scope) {
    return new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: required('SUBJECT_TOKEN'),
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      purpose: required('PURPOSE'),
      ...(scope && { scope }),
    });
  }
}

// The SDK's schema requires an authorization_endpoint, which RFC 8414 §2 does not of a server without such grants: the metadata are handed to it read.
class ExchangeProviderThatReadsMetadata extends ExchangeProvider {
  async discoveryState() {
    const resourceMetadata = await discoverOAuthProtectedResourceMetadata(serverUrl);
    const [authorizationServerUrl] = resourceMetadata.authorization_servers;
    const authorizationServerMetadata = await (await fetch(`${authorizationServerUrl}/.well-known/oauth-authorization-server`)).json();
    return { authorizationServerUrl, resourceMetadata, authorizationServerMetadata };
  }
}

async function run() {
  const resourceMetadata = await discoverOAuthProtectedResourceMetadata(serverUrl);
  const [issuer] = resourceMetadata.authorization_servers;
  if (process.env.DISCOVERY === 'sdk') {
    return { resourceMetadata, metadata: await discoverAuthorizationServerMetadata(issuer) };
  }

  const provider = new ExchangeProviderThatReadsMetadata(issuer);
  const sent = [];
  const fetchAndRecord = (url, init) => {
    if (init?.body instanceof URLSearchParams) {
      sent.push(init.body.get('resource'));
    }
    return fetch(url, init);
  };
  const mcp = new Client({ name: 'an MCP client', version: '1.0.0' });
  await mcp.connect(new StreamableHTTPClientTransport(serverUrl, { authProvider: provider, fetch: fetchAndRecord }));
  try {
    const result = await mcp.callTool({ name: required('TOOL') });
    const { access_token, ...tokens } = provider.saved;
    return { resourceMetadata, sent, tokens, result };
  } finally {
    await mcp.close();
  }
}

await answer(run, failure => ({
  error: failure.errorCode ?? failure.code ?? failure.name,
  name: failure.constructor.name,
  message: failure.message,
  error_uri: failure.errorUri,
  issues: failure.issues?.map(issue => issue.path.join('.')),
}));
