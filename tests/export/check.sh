#!/bin/sh
# Exports the sample, and an invented contract of it, with the program that was built, and has the files read by other people's
# programs (check.py). What they need is installed once into target/tools/export; the CSV is opened in
# the LibreOffice that `soffice` names. Run by scripts/test.
#
#   tests/export/check.sh [PROGRAM [DATABASE]]
set -eu
cd "$(dirname "$0")/../.."
root=$(pwd)
program=${1:-$root/target/debug/passerelle}
tools=$root/target/tools/export

# Made whole or not at all: the last step puts the marker.
if ! cmp -s tests/export/requirements.txt "$tools/installed"; then
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check -r tests/export/requirements.txt
  # The source package of ocdskit carries the schemas of OCDS 1.1.5 with all extensions of the
  # registry, which are nowhere else without their own site.
  "$tools/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary ocdskit \
    --dest "$tools" ocdskit==1.7.0
  tar -xzf "$tools/ocdskit-1.7.0.tar.gz" -C "$tools"
  cp tests/export/requirements.txt "$tools/installed"
fi

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
cd "$made"
if [ -n "${2:-}" ]; then
  PASSERELLE__DATABASE__URL=$2
  export PASSERELLE__DATABASE__URL
else
  "$program" ingest --from "$root/sample/boamp" "$root/tests/export/contracts.json" >/dev/null
fi
while read -r format file; do
  "$program" export --format "$format" --out "$file" >/dev/null
done <<LIST
csv lots.csv
parquet lots.parquet
ocds-releases releases.json
ocds-releases-jsonl releases.jsonl
ocds-records records.json
ocds-records-jsonl records.jsonl
LIST
"$tools/bin/python" "$root/tests/export/check.py" "$made" \
  --schemas "$tools/ocdskit-1.7.0/tests/fixtures" \
  --extension "$root/src/export/ocds/extension/release-schema.json" \
  ${soffice:+--soffice "$soffice"}
