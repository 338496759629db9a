#!/usr/bin/env bash
# Makes wwwroot/ui/lib anew from the packages that package-lock.json pins: what browsers get is committed, and this says where it came from.
#
#   bash src/TokenExchange.Server/assets/vendor.sh
#
# Needs Node 20 or later with npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
lib=../wwwroot/ui/lib

npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
rm -rf "$lib"
mkdir -p "$lib"
npx --no-install sass --no-source-map --style=compressed --load-path=node_modules --quiet-deps --silence-deprecation=import bootstrap.scss "$lib/bootstrap.css"
cp node_modules/htmx.org/dist/htmx.min.js "$lib/htmx.js"
cp node_modules/uplot/dist/uPlot.iife.min.js "$lib/uplot.js"
cp node_modules/uplot/dist/uPlot.min.css "$lib/uplot.css"
{
  echo 'Third-party files in this folder, made by assets/vendor.sh.'
  for package in bootstrap htmx.org uplot; do
    printf '\n== %s %s\n\n' "$package" "$(node -p "require('./node_modules/$package/package.json').version")"
    cat "node_modules/$package/LICENSE"
  done
} > "$lib/LICENSES.txt"
