#!/usr/bin/env python3
"""lines.py - lines and branches of each part that the tests have run
usage: lines.py COUNTED [PLAIN]

COUNTED is gcovr's JSON of the build that counts. The sanitizers add branches to it, whose one
side is taken where its line is run and whose other side never is: a finding ends the program.
PLAIN is the JSON of a build without them that has not been run, and tells how many branches a
line has of its own. What a line has in excess of that is left out: half of it was taken.
"""

import json
import sys

# For each part: the goals, in hundredths of its lines and of its branches.
PARTS = {"core": (95, 85), "cli": (90, 80), "applets": (None, None)}


def lines_of(path):
    """The lines of each file, by number."""
    with open(path, encoding="utf-8") as report:
        files = json.load(report)["files"]
    return {
        file["file"]: {
            line["line_number"]: line
            for line in file["lines"]
            if not line.get("gcovr/noncode")
        }
        for file in files
    }


def branches_of(line, plain):
    """How many branches of a line were taken, and how many it has."""
    branches = line["branches"]
    taken = sum(branch["count"] > 0 for branch in branches)
    if plain is None:
        return taken, len(branches)
    own = min(len(plain["branches"]), len(branches))
    excess = len(branches) - own
    if line["count"]:
        taken = min(own, max(0, taken - (excess + 1) // 2))
    return taken, own


def counted(part, files, plain):
    """Lines run, lines, branches taken and branches of a part."""
    sums = [0, 0, 0, 0]
    for name, lines in files.items():
        if not name.startswith(part + "/"):
            continue
        for number, line in lines.items():
            same = plain.get(name, {}).get(number) if plain else None
            taken, branches = branches_of(line, same)
            sums[0] += line["count"] > 0
            sums[1] += 1
            sums[2] += taken
            sums[3] += branches
    return sums


def share(some, all_of_them, goal, word):
    """A column: hundredths, rounded down to tenths, and the goal if it is missed."""
    tenths = some * 1000 // all_of_them if all_of_them else 1000
    missed = f" (goal: {goal} %)" if goal and tenths < goal * 10 else ""
    return f"{tenths // 10:3}.{tenths % 10} % of {all_of_them} {word}{missed}"


def main(counting, unrun=None):
    files = lines_of(counting)
    plain = lines_of(unrun) if unrun else None
    for part, (lines_goal, branches_goal) in PARTS.items():
        run, lines, taken, branches = counted(part, files, plain)
        print(f"{part:14}{share(run, lines, lines_goal, 'lines')}, "
              f"{share(taken, branches, branches_goal, 'branches')}")


main(*sys.argv[1:])
