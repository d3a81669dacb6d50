#!/bin/sh
# Runs the tests of a real FHIR server against HAPI FHIR. It needs Docker; without it name any R4 server:
#   LNFHIR_TEST_FHIR=https://fhir.example/r4 .venv/bin/pytest tests/servers
set -eu
cd "$(dirname "$0")/.."
url=http://localhost:8081/fhir
docker compose -f deploy/compose.yaml up --detach fhir
trap 'docker compose -f deploy/compose.yaml rm --stop --force fhir' EXIT
waited=0
until curl --silent --fail --output /dev/null "$url/metadata"; do
    waited=$((waited + 1))
    [ "$waited" -lt 120 ] || { echo "HAPI FHIR did not come up" >&2; exit 1; }
    sleep 2
done
LNFHIR_TEST_FHIR=$url .venv/bin/python -m pytest tests/servers -q
