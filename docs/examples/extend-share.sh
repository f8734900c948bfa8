#!/bin/sh
# OS_TOKEN=... OS_PROJECT_ID=... sh extend-share.sh <share id> <new size in GB>
# Extends a share and prints the cloud's answer, also if it is an error: `jobwatch add -` reads both.
endpoint=${SFS_TURBO_ENDPOINT:-https://sfs-turbo.${OS_REGION_NAME:-eu-de}.otc.t-systems.com}
curl -sS --fail-with-body "$endpoint/v1/$OS_PROJECT_ID/sfs-turbo/shares/$1/action" \
  -H "X-Auth-Token: $OS_TOKEN" -H 'Content-Type: application/json' -d "{\"extend\": {\"new_size\": $2}}"
