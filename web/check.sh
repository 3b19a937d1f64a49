#!/bin/sh
# Fails when the committed web/dist is not what the sources and the lock file give.
# `sh check.sh --fresh` installs the packages anew in a temporary copy first.
set -eu
cd "$(dirname "$0")"
web=$(pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

if grep '"resolved"' package-lock.json | grep -v '"https://registry.npmjs.org/'; then
  echo "package-lock.json names another host than the public registry (see above)." >&2
  exit 1
fi

sources=$web
if [ "${1:-}" = --fresh ]; then
  sources=$copy/web
  mkdir "$sources"
  cp -R package.json package-lock.json .npmrc build src "$sources"
  (cd "$sources" && npm ci --loglevel=error)
elif [ ! -d node_modules ]; then
  npm ci --loglevel=error
fi

node "$sources/build/build.mjs" "$copy/dist" >"$copy/sizes"
if diff -rq "$copy/dist" "$web/dist" >"$copy/differences"; then
  echo "web/dist is up to date: $(wc -l <"$copy/sizes") files."
  exit 0
fi
sed "s#$copy/dist#rebuilt#g; s#$web/dist#web/dist#g" "$copy/differences" >&2
echo "web/dist is not what its sources give. Run: npm ci && npm run build" >&2
exit 1
