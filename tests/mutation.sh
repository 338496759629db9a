#!/usr/bin/env bash
# Changes the code in small ways and asks for each change whether some test fails:
#
#   bash tests/mutation.sh core [options]     src/TokenExchange.Core, against its own tests
#   bash tests/mutation.sh story [options]    src/TokenExchange.Server/Exchange, against the tests over the wire
#
# Options go to Stryker, e.g. --mutate "**/TokenLifetime.cs" for one file, or --mutate "**/ActorStep.cs{100..900}" for some characters of it.
# Each takes about half an hour and wants a quiet machine. Tests that judge generators are left out for core, and for the story all that is not about an
# exchange. Changes in initialisers of static members survive because these run once: read them by hand. The report is in artifacts/mutation. It builds
# mutated code into the bin folders: build again before you run tests by hand.

set -euo pipefail
exec < /dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Every law is tried for every change: few cases find most of what many would. A property that needs many cases to fail has a plain test beside it.
export TOKENEXCHANGE_PROPERTY_CASES="${TOKENEXCHANGE_PROPERTY_CASES:-50}" TOKENEXCHANGE_FUZZ_CASES="${TOKENEXCHANGE_FUZZ_CASES:-50}"
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

target=${1:-}
case $target in
  core) project=TokenExchange.Core.Tests ;;
  story)
    project=TokenExchange.Server.Tests
    export TOKENEXCHANGE_PROPERTY_CASES=5
    ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac
shift

readonly output=$PWD/artifacts/mutation/$target
dotnet tool restore
cd "tests/$project"
dotnet stryker --config-file "../mutation/$target.json" --skip-version-check --output "$output" "$@"
