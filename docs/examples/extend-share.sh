#!/bin/sh
# Extends a share of SFS Turbo. Prints the cloud's answer, also if it is an error: `jobwatch add -` reads both.
#
#   sh extend-share.sh 77ba6f23-9b1c-4f6e-8a53-1d2b6c3a9e10 600
#
# Needs curl 7.76 or newer, OS_REGION_NAME, OS_PROJECT_ID, and either OS_TOKEN or OS_USERNAME, OS_PASSWORD and OS_USER_DOMAIN_NAME of a
# user that may extend shares. Tried with dash and bash against the simulated cloud.
set -eu
identity=${OS_AUTH_URL:-https://iam.${OS_REGION_NAME:-eu-de}.otc.t-systems.com/v3}
sfs_turbo=${SFS_TURBO_ENDPOINT:-https://sfs-turbo.${OS_REGION_NAME:-eu-de}.otc.t-systems.com}

# The token is a header of the answer.
sign_in() {
  curl -fsS -D - -o /dev/null "$identity/auth/tokens?nocatalog=true" -H 'Content-Type: application/json' -d @- <<END |
{ "auth": {
  "identity": { "methods": ["password"], "password": { "user": {
    "name": "$OS_USERNAME", "password": "$OS_PASSWORD", "domain": { "name": "$OS_USER_DOMAIN_NAME" } } } },
  "scope": { "project": { "id": "$OS_PROJECT_ID" } } } }
END
    awk 'tolower($1) == "x-subject-token:" { print $2 }' | tr -d '\r'
}

token=${OS_TOKEN:-$(sign_in)}
curl -sS --fail-with-body "$sfs_turbo/v1/$OS_PROJECT_ID/sfs-turbo/shares/$1/action" -H "X-Auth-Token: $token" \
  -H 'Content-Type: application/json' -d "{\"extend\": {\"new_size\": $2}}"
