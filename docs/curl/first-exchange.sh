#!/usr/bin/env bash
# A first exchange with bash, openssl, curl and python3 (standard library only). What it does, step by step: docs/curl.md.
#
#   bash first-exchange.sh prepare     make a key, secrets and exchange.json in the current folder
#   bash first-exchange.sh             exchange, hand on, narrow, be refused, introspect, revoke: against a server that runs
#
# ISSUER is the server's issuer, http://localhost:5080 unless set; the same for both steps.

set -euo pipefail
umask 077

readonly issuer=${ISSUER:-http://localhost:5080}
readonly idp=https://idp.example
readonly mail=https://mail.example
readonly token_exchange=urn:ietf:params:oauth:grant-type:token-exchange
readonly jwt=urn:ietf:params:oauth:token-type:jwt
readonly access_token=urn:ietf:params:oauth:token-type:access_token

say() { printf '\n== %s\n' "$*"; }

stop() {
  printf '%s\n' "$*" >&2
  exit 1
}

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '=\n'; }

# --- prepare ---------------------------------------------------------------------------------------------------------

# 256 random bits, without a line end: the file is exactly the secret.
make_secret() { openssl rand 32 | base64url > "$1.secret"; }

# What the server keeps: base64url of the SHA-256 of the secret.
secret_sha256() { openssl dgst -sha256 -binary < "$1.secret" | base64url; }

# The public key in DER ends with the point: 32 bytes x, 32 bytes y.
public_point() { openssl pkey -in idp-key.pem -pubout -outform DER | tail -c 64; }

prepare() {
  [ ! -e exchange.json ] || stop 'There is an exchange.json here already. Use an empty folder.'
  openssl ecparam -name prime256v1 -genkey -noout -out idp-key.pem
  local client
  for client in inbox-agent summary-agent mail-api; do
    make_secret "$client"
  done

  cat > exchange.json << JSON
{
  "issuers": [
    {
      "issuer": "$idp",
      "jwks": { "keys": [ { "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "idp-1",
                            "x": "$(public_point | head -c 32 | base64url)", "y": "$(public_point | tail -c 32 | base64url)" } ] },
      "audiences": ["$issuer"]
    }
  ],
  "resources": [
    {
      "resource": "$mail", "name": "Mail", "clients": ["mail-api"],
      "scopes": [
        { "name": "mail.read", "description": "Read your mail" },
        { "name": "mail.label", "description": "Label your mail" },
        { "name": "mail.send", "description": "Send mail as you", "sensitive": true }
      ]
    }
  ],
  "clients": [
    { "clientId": "inbox-agent", "name": "Inbox agent", "kind": "ai_agent", "secretSha256": "$(secret_sha256 inbox-agent)" },
    { "clientId": "summary-agent", "name": "Summary agent", "kind": "ai_agent", "secretSha256": "$(secret_sha256 summary-agent)" },
    { "clientId": "mail-api", "name": "Mail API", "kind": "resource", "secretSha256": "$(secret_sha256 mail-api)" }
  ],
  "purposes": [
    { "purpose": "inbox.triage", "title": "Sort my inbox", "description": "Read new mail and label it" }
  ],
  "policies": [
    {
      "name": "triage-by-inbox-agent", "purpose": "inbox.triage", "agents": ["inbox-agent"], "subjects": [ { "issuer": "$idp" } ],
      "resource": "$mail", "scopes": ["mail.read", "mail.label"],
      "limits": { "maxLifetime": "00:05:00", "maxChainDepth": 2, "onwardTo": [ { "agent": "summary-agent", "scopes": ["mail.read"] } ] }
    },
    {
      "name": "triage-by-summary-agent", "purpose": "inbox.triage", "agents": ["summary-agent"], "subjects": [ { "issuer": "$idp" } ],
      "resource": "$mail", "scopes": ["mail.read"],
      "limits": { "maxLifetime": "00:05:00", "maxChainDepth": 2 }
    }
  ]
}
JSON
  say 'Made exchange.json, idp-key.pem and three secrets. Now, in this folder, apply it and start the server:'
  printf 'dotnet run --project <repository>/src/TokenExchange.Server -- apply exchange.json\n'
  printf 'dotnet run --project <repository>/src/TokenExchange.Server\n'
}

# --- exchange --------------------------------------------------------------------------------------------------------

# OpenSSL writes an ECDSA signature as DER, SEQUENCE { INTEGER r, INTEGER s }; a JWS wants r and s as 32 bytes each (RFC 7518 §3.4).
# For P-256 every length in it fits into one byte.
der_to_raw() {
  python3 -c '
import sys
der = sys.stdin.buffer.read()
end_of_r = 4 + der[3]
for number in (der[4:end_of_r], der[end_of_r + 2:]):
    sys.stdout.buffer.write(int.from_bytes(number, "big").to_bytes(32, "big"))'
}

# What an identity provider would do: say, signed, that alice has a session and signed in a minute ago.
session_assertion() {
  local now header payload input
  now=$(date +%s)
  header='{"alg":"ES256","kid":"idp-1","typ":"JWT"}'
  payload=$(printf '{"iss":"%s","sub":"alice","aud":"%s","iat":%d,"exp":%d,"jti":"%s","sid":"session-1","auth_time":%d,"acr":"pwd","amr":["pwd"]}' \
    "$idp" "$issuer" "$now" "$((now + 300))" "$(openssl rand -hex 16)" "$((now - 60))")
  input=$(printf %s "$header" | base64url).$(printf %s "$payload" | base64url)
  printf '%s.%s' "$input" "$(printf %s "$input" | openssl dgst -sha256 -sign idp-key.pem | der_to_raw | base64url)"
}

# post CLIENT PATH NAME=VALUE…   a form, sent by a client that proves itself with its secret
post() {
  local client=$1 path=$2 parameter
  local form=()
  shift 2
  for parameter in "$@"; do
    form+=(--data-urlencode "$parameter")
  done
  curl --silent --show-error --user "$client:$(cat "$client.secret")" "${form[@]}" "$issuer$path"
}

# The access token out of an answer, or the end with what the server said instead.
token_of() {
  python3 -c '
import json, sys
answer = json.load(sys.stdin)
print(answer["access_token"] if "access_token" in answer else sys.exit("The server answered " + json.dumps(answer)))'
}

# Reads a JWT without checking it: for the eye only.
show_claims() {
  python3 -c '
import base64, json, sys
payload = sys.stdin.read().strip().split(".")[1]
print(json.dumps(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))), indent=2))'
}

exchange() {
  local assertion first second narrowed
  [ -f idp-key.pem ] || stop 'There is no idp-key.pem here. Run this script with "prepare" first, in the folder the server runs in.'
  curl --silent --fail --output /dev/null "$issuer/health/ready" || stop "No server is ready at $issuer."

  say 'The session assertion of alice'
  assertion=$(session_assertion)
  show_claims <<< "$assertion"

  say 'First hop: inbox-agent acts for alice'
  first=$(post inbox-agent /token "grant_type=$token_exchange" "subject_token=$assertion" "subject_token_type=$jwt" \
    "resource=$mail" purpose=inbox.triage | token_of)
  show_claims <<< "$first"

  say 'Second hop: summary-agent, which the first token names in may_act'
  second=$(post summary-agent /token "grant_type=$token_exchange" "subject_token=$first" "subject_token_type=$access_token" \
    "resource=$mail" | token_of)
  show_claims <<< "$second"

  say 'Narrowing: inbox-agent makes its own token smaller'
  narrowed=$(post inbox-agent /token "grant_type=$token_exchange" "subject_token=$first" "subject_token_type=$access_token" \
    "resource=$mail" scope=mail.label | token_of)
  show_claims <<< "$narrowed"

  say 'A refusal: no policy gives inbox-agent mail.send'
  post inbox-agent /token "grant_type=$token_exchange" "subject_token=$assertion" "subject_token_type=$jwt" \
    "resource=$mail" purpose=inbox.triage 'scope=mail.read mail.send'
  echo

  say 'Introspection of the second token, asked by the mail API'
  post mail-api /introspect "token=$second"
  echo

  say 'inbox-agent revokes the first token; the second hangs below it'
  post inbox-agent /revoke "token=$first" > /dev/null
  post mail-api /introspect "token=$second"
  echo
}

case ${1:-exchange} in
  prepare) prepare ;;
  exchange) exchange ;;
  *) stop 'Write: first-exchange.sh [prepare]' ;;
esac
