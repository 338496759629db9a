#!/usr/bin/env bash
# Builds everything and runs every test, from any folder and from a clean clone:
#
#   bash tests/run.sh
#
# Needs the .NET 10 SDK. The interop tests also need Node 20 or later with npm, Apache with mod_oauth2, and Authlib, and the browser tests Chromium, which this
# script installs where it may (as root, on Debian). Without them those tests are skipped. Pictures of all pages are left in artifacts/screenshots.
# The last line is always "N passed, N failed, N skipped". The exit code is 0 only if tests ran and none failed.
# With CI=true the lock files decide which packages are restored, and a difference is an error, as are npm packages that cannot be had.

set -uo pipefail
exec < /dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly solution=TokenExchange.sln
readonly results=$PWD/artifacts/test-results
readonly longest_project=45m

# A build node that outlives the build would keep this script's output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '\n== %s\n' "$*"; }

# finish EXIT_CODE PASSED FAILED SKIPPED
finish() {
  printf '\n%d passed, %d failed, %d skipped\n' "$2" "$3" "$4"
  exit "$1"
}

# What stops the run before a test could fail counts as one failure, so that nobody reads it as a pass.
stop() {
  say "$*"
  finish 1 0 1 0
}

# install PACKAGE…: installs those Debian packages that are not here, once and quietly. Where that is not possible the tests that need them are skipped
# and say so, so that this never fails.
install() {
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    say "Not installed, and not installable here: ${missing[*]}"
    return 0
  fi
  say "Installing ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null 2>&1 \
    || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } > /dev/null 2>&1 \
    || say "Could not be installed: ${missing[*]}"
}

node_is_there() {
  command -v npm > /dev/null && command -v node > /dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]
}

# The third parties that do not come with the build: a test that lacks its own is skipped with the reason. apache2-bin is Apache without a service.
prepare_interop() {
  local packages=(apache2-bin libapache2-mod-oauth2 python3-authlib python3-requests)
  node_is_there || packages+=(nodejs npm)
  install "${packages[@]}"
  if ! node_is_there; then
    say 'Node 20 or later with npm is not here'
    return 0
  fi
  say 'Installing the npm packages of the interop tests'
  (cd tests/TokenExchange.Interop/node && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) || [ "${CI:-}" != true ]
}

# The browser tests need Chromium; whoever has another one names it in TOKENEXCHANGE_TEST_CHROMIUM.
prepare_browser() {
  [ -n "${TOKENEXCHANGE_TEST_CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome google-chrome-stable > /dev/null || install chromium
}

build() {
  if [ "${CI:-}" = true ]; then
    dotnet restore "$solution" --locked-mode && dotnet build "$solution" -c Release -warnaserror --no-restore
  else
    dotnet build "$solution" -c Release -warnaserror
  fi
}

# An empty test project exits with 8, which is not a failure as long as other projects have tests.
run_tests() {
  rm -rf "$results" artifacts/screenshots
  dotnet test --solution "$solution" -c Release --no-build --no-progress --no-ansi \
    --results-directory "$results" --report-xunit-xml --ignore-exit-code 8 --timeout "$longest_project"
}

# The sum of an attribute over the reports: each report has one <assembly …> element for its test project.
sum() {
  local report value total=0
  for report in "$results"/*.xml; do
    [ -f "$report" ] || continue
    value=$(grep -o '<assembly [^>]*>' "$report" | head -n 1 | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9')
    total=$((total + ${value:-0}))
  done
  echo "$total"
}

list_skipped() {
  local report
  for report in "$results"/*.xml; do
    [ -f "$report" ] || continue
    awk 'BEGIN { RS = "<test " }
      / result="Skip"/ {
        name = $0; sub(/.* name="/, "", name); sub(/" result="Skip".*/, "", name)
        reason = "no reason given"
        if (match($0, /<reason>.*<\/reason>/)) { reason = substr($0, RSTART + 8, RLENGTH - 17) }
        gsub(/<!\[CDATA\[|\]\]>/, "", reason); gsub(/[\r\n]+/, " ", reason)
        print "  " name ": " reason
      }' "$report"
  done | sed 's/\\&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'"'"'/g; s/&amp;/\&/g' | sort
}

command -v dotnet > /dev/null || stop 'The .NET 10 SDK is missing: there is no dotnet on PATH (https://dotnet.microsoft.com/download)'
dotnet --list-sdks | grep -q '^10\.' || stop "The .NET 10 SDK is missing: dotnet has only $(dotnet --list-sdks | tr '\n' ' ')"

prepare_interop || stop 'The npm packages of the interop tests could not be installed'

prepare_browser

say 'Building'
build || stop 'The build failed'

say 'Testing'
run_tests
outcome=$?

passed=$(sum passed)
failed=$(($(sum failed) + $(sum errors)))
skipped=$(sum skipped)

if [ "$skipped" -gt 0 ]; then
  say 'Skipped, and why'
  list_skipped
fi

# A test process that crashed or ran out of time leaves no report, only its exit code.
if [ "$outcome" -ne 0 ] && [ "$failed" -eq 0 ]; then
  say "A test project ended with exit code $outcome without a failed test: it crashed or ran out of time"
  failed=1
fi

if [ $((passed + failed + skipped)) -eq 0 ]; then
  say 'No test ran'
  finish 1 0 0 0
fi

if [ "$failed" -gt 0 ]; then
  finish 1 "$passed" "$failed" "$skipped"
fi
finish 0 "$passed" "$failed" "$skipped"
