"""Reads the files of `passerelle export` with other people's programs.

OCDS by libcoveocds, the validator of the Open Contracting Partnership, against the official schema
1.1.5 with the extensions of the registry and ours; the compiled releases against ocdsmerge, which
merges by the rules of the standard; Parquet by Arrow; CSV by LibreOffice and by Python.

    check.py FOLDER          the files, named as the server names them
    --schemas FOLDER         tests/fixtures of the source package of ocdskit, which carries the schemas
    --extension FILE         release-schema.json of our extension
    --soffice PROGRAM        LibreOffice; the CSV is not opened in a spreadsheet without it
"""

import argparse
import copy
import csv
import datetime
import decimal
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import ocdsmerge
import openpyxl
import pyarrow.parquet
from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig

TAG = "1__1__5"
RELEASE = f"https://standard.open-contracting.org/schema/{TAG}/release-schema.json"
VERSIONED = f"https://standard.open-contracting.org/schema/{TAG}/versioned-release-validation-schema.json"


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def standard(schemas, extension):
    """The schemas of the standard, with every extension of the registry and ours."""
    release = read(schemas / "a" / "release-schema.json")
    core = read(schemas / "release-schema.json")
    # The registry has a profile for public-private partnerships that narrows this field.
    release["properties"]["initiationType"] = core["properties"]["initiationType"]
    for name, definition in read(extension)["definitions"].items():
        known = release["definitions"].setdefault(name, {"properties": {}})
        if name != "Lot":
            assert known == {"properties": {}}, f"{name} is a name of another extension"
            known.update(definition)
        for field, schema in definition["properties"].items():
            assert name != "Lot" or field not in known["properties"], f"Lot.{field} is taken"
            known["properties"][field] = schema
    record = read(schemas / "a" / "record-package-schema-dereferenced.json")
    # It is kept with its parts in place; libcoveocds wants them where the official one has them.
    record["definitions"] = {"record": record["properties"]["records"]["items"]}
    record["properties"]["records"]["items"] = {"$ref": "#/definitions/record"}
    one = record["definitions"]["record"]["properties"]
    one["compiledRelease"] = {"$ref": RELEASE}
    one["releases"]["oneOf"][1]["items"] = {"$ref": RELEASE}
    # Not published here, and its schema would be looked for on the network.
    del one["versionedRelease"]
    return {
        "release-schema.json": release,
        "release-package-schema.json": read(schemas / "release-package-schema.json"),
        "record-package-schema.json": record,
        "versioned-release-validation-schema.json": {"id": VERSIONED, "$schema": release["$schema"]},
    }


def codelists(schema):
    """The closed lists of the standard, which its schema holds as enumerations too."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if not isinstance(schema, dict):
        return {}
    found = {}
    for part in schema.values():
        found.update(codelists(part))
    codes = schema.get("enum") or (schema.get("items") or {}).get("enum") if "codelist" in schema else None
    if codes:
        found[schema["codelist"]] = "\n".join(["Code", *(code for code in codes if code), ""])
    return found


def archive(files):
    """The same as the archive that libcoveocds would download."""
    held = io.BytesIO()
    root = f"standard-{TAG}/"
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr(root, "")
        for name, content in files.items():
            packed.writestr(f"{root}schema/{name}", json.dumps(content))
        for name, content in codelists(files["release-schema.json"]).items():
            packed.writestr(f"{root}schema/codelists/{name}", content)
    return held.getvalue()


def complaints(package, packed):
    """Everything that the validator of the standard has to say of a package."""
    config = LibCoveOCDSConfig()
    config.config["context"] = "api"
    config.config["standard_zip"] = packed
    # The schema has the extensions already: nothing is downloaded.
    data = {key: value for key, value in package.items() if key != "extensions"}
    said = ocds_json_output(json_data=data, lib_cove_ocds_config=config)
    wrong = {
        key: said[key]
        for key in ("validation_errors", "additional_fields", "deprecated_fields", "json_deref_error")
        if said.get(key)
    }
    closed = said.get("additional_closed_codelist_values")
    if closed:
        wrong["additional_closed_codelist_values"] = closed
    checks = said.get("additional_checks")
    if checks:
        wrong["additional_checks"] = checks
    return wrong


def validate(name, package, packed):
    """Fails where a package is not valid."""
    wrong = complaints(package, packed)
    assert not wrong, f"{name}: {json.dumps(wrong, indent=1, ensure_ascii=False, default=str)[:6000]}"


def refuse(package, packed):
    """Fails where a broken release would pass."""
    for breaks in (
        lambda release: release.update(tag=["begun"]),
        lambda release: release["tender"].update(colour="red"),
        lambda release: release["tender"].update(lots=[{"id": "1", "findings": [{"kind": "SOCIAL"}]}]),
    ):
        one = copy.deepcopy(package["releases"][0])
        breaks(one)
        assert complaints({**package, "releases": [one]}, packed), f"a broken release passes: {one}"


def merged(releases, records, schema):
    """How many compiled releases are what the rules of the standard make of their releases."""
    merger = ocdsmerge.Merger(schema)
    of = {}
    for release in releases:
        of.setdefault(release["ocid"], []).append(release)
    same, other = 0, 0
    for record in records:
        ours = dict(record["compiledRelease"])
        theirs = merger.create_compiled_release(of[record["ocid"]])
        linked = [link["url"].rsplit("#", 1)[1] for link in record["releases"]]
        assert linked == [release["id"] for release in of[record["ocid"]]], record["ocid"]
        assert ours["id"] == theirs["id"], (ours["id"], theirs["id"])
        ours, theirs = canonical(ours), canonical(theirs)
        if ours == theirs:
            same += 1
        else:
            assert holds(theirs, ours), f"{record['ocid']}: more than its releases say"
            other += 1
    return same, other


def holds(theirs, ours):
    """Whether what is merged holds all of ours: only what was taken back may be more."""
    if isinstance(ours, dict):
        return isinstance(theirs, dict) and all(
            field in theirs and holds(theirs[field], value) for field, value in ours.items()
        )
    if isinstance(ours, list) and any(isinstance(one, dict) and "id" in one for one in ours):
        by_id = {one["id"]: one for one in theirs}
        return all(one["id"] in by_id and holds(by_id[one["id"]], one) for one in ours)
    return ours == theirs


def canonical(value):
    """Arrays of objects with ids are sets to the standard."""
    if isinstance(value, dict):
        return {key: canonical(one) for key, one in value.items()}
    if isinstance(value, list):
        items = [canonical(one) for one in value]
        if items and all(isinstance(one, dict) and "id" in one for one in items):
            items.sort(key=lambda one: str(one["id"]))
        return items
    return value


def table(folder):
    """The CSV as a second reader reads it: headings and rows."""
    raw = (folder / "lots.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    assert raw.endswith(b"\r\n"), "lines end as RFC 4180 wants"
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    headings, rows = rows[0], rows[1:]
    assert len(set(headings)) == len(headings)
    assert all(len(row) == len(headings) for row in rows)
    for word in ("Intitulé du lot", "Règles", "Décision du", "Montant estimé HT"):
        assert word in headings, word
    formula = [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]
    assert not formula, formula[:3]
    return headings, rows


def parquet(folder, headings, rows):
    """The Parquet file says what the CSV says, with types."""
    read = pyarrow.parquet.read_table(folder / "lots.parquet")
    read.validate(full=True)
    assert read.num_rows == len(rows) and read.num_columns == len(headings)
    kinds = {str(field.type) for field in read.schema}
    wanted = {
        "string",
        "list<element: string not null>",
        "date32[day]",
        "timestamp[ms, tz=UTC]",
        "decimal128(18, 2)",
        "int32",
    }
    assert kinds == wanted, kinds ^ wanted
    paris = __import__("zoneinfo").ZoneInfo("Europe/Paris")

    def shown(value):
        match value:
            case None:
                return ""
            case list():
                return " | ".join(value)
            case decimal.Decimal():
                return f"{value:.2f}".replace(".", ",")
            case datetime.datetime():
                return value.astimezone(paris).strftime("%Y-%m-%d %H:%M")
            case datetime.date():
                return value.isoformat()
        return str(value)

    columns = [column.to_pylist() for column in read.columns]
    for number, row in enumerate(rows):
        for heading, cell, column in zip(headings, row, columns):
            value = shown(column[number])
            # A cell may be made a text, or cut where Excel cuts.
            assert cell.removeprefix("'") == value or cell.endswith("…"), (number, heading, cell, value)
    return read


def spreadsheet(soffice, folder, headings, rows, arrow):
    """What somebody sees who opens the CSV in LibreOffice set to French."""
    with tempfile.TemporaryDirectory() as made:
        # `;`, `"`, UTF-8, from line 1, French, numbers and dates recognised: what its dialogue
        # proposes to a French user.
        options = "CSV:59,34,76,1,,1036,false,true"
        profile = f"-env:UserInstallation=file://{made}/profile"
        command = [soffice, profile, "--headless", f"--infilter={options}", "--convert-to", "xlsx"]
        subprocess.run([*command, "--outdir", made, folder / "lots.csv"], check=True, capture_output=True, timeout=300)
        sheet = openpyxl.load_workbook(Path(made) / "lots.xlsx", read_only=True).active
        seen = list(sheet.iter_rows(values_only=True))
    assert list(seen[0]) == headings, seen[0]
    assert len(seen) == len(rows) + 1, len(seen)
    at = {name: position for position, name in enumerate(arrow.column_names)}
    days, amounts = 0, 0
    for row, name in ((row, name) for row in range(len(rows)) for name in ("publie_le", "montant_estime_ht")):
        value = arrow.column(name)[row].as_py()
        cell = seen[row + 1][at[name]]
        if name == "publie_le" and value is not None:
            assert isinstance(cell, datetime.datetime) and cell.date() == value, (cell, value)
            days += 1
        if name == "montant_estime_ht" and value is not None:
            assert isinstance(cell, (int, float)) and abs(cell - float(value)) < 0.005, (cell, value)
            amounts += 1
    assert days and amounts, "nothing was compared"
    return days, amounts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schemas", type=Path, required=True)
    parser.add_argument("--extension", type=Path, required=True)
    parser.add_argument("--soffice")
    given = parser.parse_args()

    files = standard(given.schemas, given.extension)
    packed = archive(files)
    releases, records = (read(given.folder / f"{name}.json") for name in ("releases", "records"))
    validate("releases.json", releases, packed)
    validate("records.json", records, packed)
    refuse(releases, packed)
    for name, package in (("releases", releases), ("records", records)):
        lines = (given.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == package[name], f"{name}.jsonl"
    same, other = merged(releases["releases"], records["records"], files["release-schema.json"])
    print(f"OCDS: {len(releases['releases'])} releases and {len(records['records'])} records are valid;")
    print(f"      {same} compiled releases are the merge of their releases, {other} less what was taken back")

    headings, rows = table(given.folder)
    arrow = parquet(given.folder, headings, rows)
    print(f"CSV and Parquet: {len(rows)} lots in {len(headings)} columns, the same in both")
    if given.soffice:
        days, amounts = spreadsheet(given.soffice, given.folder, headings, rows, arrow)
        print(f"LibreOffice: French headings, {days} days and {amounts} amounts seen as such")


if __name__ == "__main__":
    sys.exit(main())
