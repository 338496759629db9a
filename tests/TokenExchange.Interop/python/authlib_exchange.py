"""Authlib as its documentation shows it: OAuth2Session.fetch_token exchanges, authlib.jose validates against the published keys.

In, from the environment:
  ISSUER, CLIENT_ID, SUBJECT_TOKEN, RESOURCE, PURPOSE, SCOPE
  CLIENT_SECRET   client_secret_basic, or
  CLIENT_JWK      private_key_jwt, with
  ASSERTION       "defaults" leaves audience and lifetime of the client assertion to Authlib
  AUDIENCE        optional; whom the relying app takes itself for, RESOURCE unless said otherwise

Out, one line of JSON and never a token: {token, header, claims} with exit code 0, {error, …} with 1.
"""

import json
import os
import sys
import time

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import JoseError
from authlib.oauth2.rfc7523 import PrivateKeyJWT

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


def session(metadata):
    client_id = os.environ["CLIENT_ID"]
    if "CLIENT_SECRET" in os.environ:
        return OAuth2Session(client_id, os.environ["CLIENT_SECRET"], token_endpoint_auth_method="client_secret_basic")
    key = JsonWebKey.import_key(json.loads(os.environ["CLIENT_JWK"]))
    with_key = OAuth2Session(client_id, key, token_endpoint_auth_method="private_key_jwt")
    if os.environ.get("ASSERTION") == "defaults":
        method = PrivateKeyJWT(metadata["token_endpoint"], alg="ES256")
    else:
        # What Authlib calls token_endpoint becomes the audience, and its assertions live for an hour unless told otherwise.
        method = PrivateKeyJWT(metadata["issuer"], claims={"exp": int(time.time()) + 60}, alg="ES256")
    with_key.register_client_auth_method(method)
    return with_key


def run():
    issuer = os.environ["ISSUER"]
    metadata = requests.get(issuer + "/.well-known/oauth-authorization-server", timeout=30).json()
    token = session(metadata).fetch_token(
        metadata["token_endpoint"],
        grant_type=TOKEN_EXCHANGE,
        subject_token=os.environ["SUBJECT_TOKEN"],
        subject_token_type="urn:ietf:params:oauth:token-type:jwt",
        resource=os.environ["RESOURCE"],
        purpose=os.environ["PURPOSE"],
        scope=os.environ["SCOPE"],
    )

    keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
    claims = JsonWebToken(["ES256"]).decode(token["access_token"], keys, claims_options={
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": os.environ.get("AUDIENCE", os.environ["RESOURCE"])},
        "exp": {"essential": True},
    })
    claims.validate()
    return {"token": {name: value for name, value in token.items() if name != "access_token"}, "header": claims.header, "claims": claims}


try:
    print(json.dumps(run()))
except (OAuthError, JoseError) as failure:
    print(json.dumps({"error": failure.error, "error_description": failure.description, "name": type(failure).__name__}))
    sys.exit(1)
