#!/usr/bin/env bash
# Throws damaged inputs at the parsers, and garbage at every endpoint of a running server, for as long as wanted:
#
#   bash tests/fuzz.sh [minutes]     5 when nothing is said; half for the parsers, half for the endpoints
#
# It stops by itself. The exit code is 0 only if nothing was found. What is found is printed with the input, which belongs into a row of an ordinary
# test; every round of the parsers has other inputs. The endpoints print the count of each status every minute, and fail when the memory of the
# server grows from the first to the last third of their time. All traffic stays on this machine.

set -uo pipefail
exec < /dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly minutes=${1:-5}
case $minutes in
  '' | *[!0-9]* | 0)
    sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac
readonly half=$((minutes * 30))

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '\n== %s\n' "$*"; }

run() { dotnet "tests/$1/bin/Release/net10.0/$1.dll" --no-progress --no-ansi --show-live-output on "${@:2}"; }

say 'Building'
for project in TokenExchange.Core.Tests TokenExchange.Server.Tests; do
  dotnet build "tests/$project" -c Release -v quiet || exit 1
done

say "Parsers, $half seconds"
end=$((SECONDS + half))
rounds=0
while [ "$SECONDS" -lt "$end" ]; do
  rounds=$((rounds + 1))
  for project in TokenExchange.Core.Tests TokenExchange.Server.Tests; do
    TOKENEXCHANGE_FUZZ_CASES=10000 run "$project" --filter-namespace "*.Tests.Fuzzing" --filter-not-class '*EndpointFuzzing' || exit 1
  done
done
say "Parsers: $rounds rounds of 10,000 inputs each, nothing found"

say "Endpoints, $half seconds"
seconds=$half
TOKENEXCHANGE_FUZZ_MINUTES=$((seconds / 60)).$((seconds % 60 * 10 / 60)) run TokenExchange.Server.Tests --filter-class '*EndpointFuzzing' || exit 1
say 'Nothing found'
