#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lines.py - lines and branches of each part that the tests have run
usage: lines.py COUNTED [PLAIN]

COUNTED is gcovr's JSON of the build that counts. The sanitizers add branches to it, whose one
side is taken where its line is run and whose other side never is: a finding ends the program.
PLAIN is the JSON of a build without them that has not been run, and tells how many branches a
line has of its own. What a line has in excess of that is left out: half of it was taken.

A part that misses a goal by more than one percent is named in a line "not ok coverage: ..", and
the exit status is 1.
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


def tenths(some, all_of_them):
    """Tenths of a percent, rounded down."""
    return some * 1000 // all_of_them if all_of_them else 1000


def share(some, all_of_them, goal, word):
    """A column: the percentage, and the goal if it is missed."""
    share_of_all = tenths(some, all_of_them)
    missed = f" (goal: {goal} %)" if goal and share_of_all < goal * 10 else ""
    return f"{share_of_all // 10:3}.{share_of_all % 10} % of {all_of_them} {word}{missed}"


def failed(some, all_of_them, goal):
    """Whether a goal is missed by more than one percent."""
    return goal is not None and tenths(some, all_of_them) < (goal - 1) * 10


def main(counting, unrun=None):
    files = lines_of(counting)
    plain = lines_of(unrun) if unrun else None
    failures = []
    for part, (lines_goal, branches_goal) in PARTS.items():
        run, lines, taken, branches = counted(part, files, plain)
        columns = [
            share(run, lines, lines_goal, "lines"),
            share(taken, branches, branches_goal, "branches"),
        ]
        print(f"{part:14}{', '.join(columns)}")
        if failed(run, lines, lines_goal):
            failures.append(f"{part}: {columns[0].strip()}")
        if failed(taken, branches, branches_goal):
            failures.append(f"{part}: {columns[1].strip()}")
    for failure in failures:
        print(f"not ok coverage: {failure}")
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:]))
