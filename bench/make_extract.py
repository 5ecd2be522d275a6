#!/usr/bin/env python3
"""Writes a register extract of any size as CSV, for the configuration of data/import_example.toml, to measure
`dscore import`:

    bench/make_extract.py FOLDER [ROWS] [GEODATA_DIR]        default 2,000,000 establishments
    /usr/bin/time -v dscore import FOLDER/import.toml -o FOLDER/population.h5

Everything is made up: postcodes on a grid of the whole country, SBI codes and dates drawn, one in a hundred rows dirty.
With GEODATA_DIR (not part of the repository) the tables of postcodes and municipalities are its real ones,
pc6_north.csv.gz and gemeente2011_corop.csv, and a postcode is drawn as often as it has addresses.
"""

import csv
import gzip

import os
import random
import sys

EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "import_example.toml")

SECTORS = """[[population]]
name = "industry"
include = ["10-32", "38.3"]
[[population]]
name = "services"
include = ["58-63", "69-74"]
[[population]]
name = "food"
benchmark = "industry"
include = ["10", "11"]
"""

CODES = ["01131", "10110", "1071", "25620", "38310", "41200", "47110", "56101", "62010", "62020", "69200", "70221", "7311",
         "86210", "96021"]
LETTERS = "ABCDEGHJKLMNPRSTVWXZ"
MUNICIPALITIES = 418


def postcodes(chance):
    for digits in range(1000, 10000):
        municipality = (digits - 1000) * MUNICIPALITIES // 9000 + 1
        x, y = 40000 + digits % 95 * 2400, 340000 + digits // 95 * 2700
        for _ in range(50):
            letters = chance.choice(LETTERS) + chance.choice(LETTERS)
            yield f"{digits}{letters}", x + chance.randrange(2400), y + chance.randrange(2700), municipality


def real_places(geodata):
    """(postcode, municipality) of every address of the north, and (code, name) of the regions."""
    with gzip.open(os.path.join(geodata, "pc6_north.csv.gz"), "rt") as table:
        known = [(row["pc6"], row["gemeente_code"][2:]) for row in csv.DictReader(table) for _ in range(int(row["n_addr"]))]
    with open(os.path.join(geodata, "gemeente2011_corop.csv"), encoding="utf-8") as table:
        regions = {row["corop_code"]: row["corop_name"] for row in csv.DictReader(table)}
    return known, sorted(regions.items())


def main():
    folder = sys.argv[1]
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000_000
    geodata = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
    os.makedirs(folder, exist_ok=True)
    chance = random.Random(1)

    def write(name, lines, encoding="latin-1"):
        with open(os.path.join(folder, name), "w", encoding=encoding, newline="") as file:
            file.writelines(lines)

    with open(EXAMPLE, encoding="utf-8") as example:
        config = example.read().replace("jobs.sav", "jobs.csv")
    write("sectors.toml", SECTORS)
    if geodata:
        for name, real in (("postcodes.csv", "pc6_north.csv.gz"), ("municipalities.csv", "gemeente2011_corop.csv")):
            config = config.replace(f'"{name}"', f'"{os.path.join(geodata, real)}"')
        known, regions = real_places(geodata)
    else:
        places = {place[0]: place for place in postcodes(chance)}
        write("municipalities.csv", ["gemeente_code,corop_code\n"] +
              [f"GM{m:04},CR{m % 40 + 1:02}\n" for m in range(1, MUNICIPALITIES + 1)])
        write("postcodes.csv", ["pc6,rd_x,rd_y,gemeente_code\n"] +
              [f"{p},{x},{y},GM{m:04}\n" for p, x, y, m in places.values()])
        known = [(place[0], place[3]) for place in places.values()]
        regions = [(f"CR{r:02}", f"Region {r}") for r in range(1, 41)]
    write("import.toml", [config], "utf-8")
    write("regions.csv", ["corop_code,corop_name,landsdeel\n"] + [f'{code},"{name}",\n' for code, name in regions], "utf-8")
    jobs = []

    def establishments():
        yield "LBE_ID;BE_ID;HANDELSNAAM;SBI2008;PC6;DATUM_OPRICHTING;DATUM_OPHEFFING;VERDEELSLEUTEL\r\n"
        company = 10_000_000
        for row in range(rows):
            if row % 4 != 3:
                company += chance.randrange(1, 5)
            postcode, municipality = known[chance.randrange(len(known))]
            founded = f"{chance.randrange(1950, 2013)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
            closed = f"{chance.randrange(2010, 2016)}0630" if chance.random() < 0.2 else ""
            sbi = CODES[chance.randrange(len(CODES))]
            if chance.random() < 0.01:
                postcode = chance.choice(("9999ZZ", "B-1000", ""))
            if chance.random() < 0.5:
                jobs.append(f"{company},{municipality},{chance.randrange(1, 60)}\n")
            yield (f"{200_000_000 + row};{company};\"Fa. J\xe9r\xf4me {row} & Zn\";{sbi};{postcode[:4]} {postcode[4:]};"
                   f"{founded};{closed};{chance.randrange(1, 100)},5\r\n")

    write("establishments.csv", establishments())
    write("jobs.csv", ["BE_ID,GEMEENTE,BANEN\n"] + jobs)


if __name__ == "__main__":
    main()
