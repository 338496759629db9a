#!/usr/bin/env bash
# Takes a picture of every page of the administration and of /me, in both themes, some also on a small screen and while there is nothing to show yet:
#
#   bash tests/screenshots.sh [folder]
#
# The folder is artifacts/screenshots where none is named. Needs the .NET 10 SDK and Chromium. The pictures are those that the tests take; this takes them alone.

set -euo pipefail

folder=$(realpath -m "${1:-$(dirname "${BASH_SOURCE[0]}")/../artifacts/screenshots}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Pages that are gone shall not stay in the pictures. A folder of somebody's own is theirs.
[ $# -gt 0 ] || rm -rf "$folder"
export TOKENEXCHANGE_SCREENSHOTS=$folder DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet test --project tests/TokenExchange.Browser --no-progress --filter-method '*A_picture_is_taken*'
echo "The pictures are in $folder"
