#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""prometheus.py - a strict reader of Prometheus's text format (version 0.0.4)

Reads metrics on standard input. Prints a line for each sample: the name, a tab, the labels
as JSON, a tab, the value. Whatever a reader might reject is an error: a line that is not
HELP, TYPE or a sample, a sample without both, samples of one metric apart from each other,
a series twice, a timestamp, labels of one metric that differ, an unknown escape.
"""

import json
import re
import sys

NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"({NAME})(\{{{LABEL}(?:,{LABEL})*\}})? ([^ ]+)")
VALUE = re.compile(r"\+Inf|[0-9]+(\.[0-9]+)?(e\+[0-9]+)?")
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def unescape(text):
    return re.sub(r'\\["\\n]', lambda found: ESCAPES[found[0]], text)


def check(condition, words):
    if not condition:
        raise ValueError(words)


class Metrics:
    def __init__(self):
        self.name = None  # of the metric that is open
        self.type = None
        self.names = set()
        self.series = set()
        self.labels = None  # names of the labels of its samples

    def help(self, name, text):
        check(name not in self.names, "help twice, or samples apart")
        check(self.name is None or self.labels is not None, "a metric without a sample")
        check(re.fullmatch(r"(?:[^\\]|\\[\\n])+\.", text), "help without a full stop")
        self.names.add(name)
        self.name, self.type, self.labels = name, None, None

    def take_type(self, name, kind):
        check(name == self.name and self.type is None, "type apart from its help")
        check(kind in ("gauge", "counter"), "type")
        check((kind == "counter") == name.endswith("_total"), "suffix of a counter")
        self.type = kind

    def sample(self, line):
        found = SAMPLE.fullmatch(line)
        check(found, "no sample")
        name, labels, value = found[1], found[2] or "", found[found.lastindex]
        check(name == self.name and self.type, "sample without help or type")
        pairs = [(key, unescape(text)) for key, text in re.findall(LABEL, labels)]
        keys = [key for key, _ in pairs]
        check(len(set(keys)) == len(keys), "label twice")
        check(self.labels in (None, keys), "other labels")
        self.labels = keys
        check(VALUE.fullmatch(value), "value")
        series = (name, tuple(sorted(pairs)))
        check(series not in self.series, "series twice")
        self.series.add(series)
        print(name, json.dumps(dict(pairs)), value, sep="\t")

    def line(self, line):
        if found := re.fullmatch(rf"# HELP ({NAME}) (.*)", line):
            self.help(found[1], found[2])
        elif found := re.fullmatch(rf"# TYPE ({NAME}) ([a-z]+)", line):
            self.take_type(found[1], found[2])
        else:
            self.sample(line)


def main():
    text = sys.stdin.buffer.read().decode("utf-8")
    metrics = Metrics()
    check(text.endswith("\n"), "the last line has no end")
    for number, line in enumerate(text[:-1].split("\n"), 1):
        try:
            metrics.line(line)
        except ValueError as error:
            sys.exit(f"line {number}: {error}: {line}")
    check(metrics.labels is not None, "no sample at the end")


main()
