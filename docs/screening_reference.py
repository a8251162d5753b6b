#!/usr/bin/env python3
"""What a Python user would reach for first, on the same labelled questions: rapidfuzz over every listed name.

    pip install rapidfuzz
    python3 docs/screening_reference.py FOLDER_WITH_SDN_ALT LABELLED.csv

Persons are looked for among persons, everybody else among everybody else, as in Corridor. Prints, for two scorers,
the share of questions whose party comes first and among the first five, and how many are found at thresholds at which
1, 2.5, 5 and 10 % of those who are on no list raise an alert.
"""

import csv
import re
import sys
import time
from pathlib import Path

from rapidfuzz import fuzz, process, utils


def rows(path):
    with open(path, encoding="latin-1", newline="") as file:
        return [[cell.strip() for cell in row] for row in csv.reader(file) if len(row) > 3]


def listed(folder):
    """For persons and for all others: the names, and the number of the party each belongs to."""
    folder = Path(folder)
    primary = {row[0]: row for row in rows(folder / "sdn.csv")}
    names = {True: ([], []), False: ([], [])}
    for number, row in primary.items():
        weak = re.findall(r"a\.k\.a\. '([^']+)'", row[-1])
        for name in [row[1], *weak]:
            texts, numbers = names[row[2] == "individual"]
            texts.append(utils.default_process(name))
            numbers.append(number)
    for row in rows(folder / "alt.csv"):
        texts, numbers = names[primary[row[0]][2] == "individual"]
        texts.append(utils.default_process(row[3]))
        numbers.append(row[0])
    return names


def best_parties(names, question, scorer):
    """The five best parties with their scores."""
    texts, numbers = names
    found, parties = [], set()
    for _, score, at in process.extract(utils.default_process(question), texts, scorer=scorer, limit=25):
        if numbers[at] not in parties:
            parties.add(numbers[at])
            found.append((numbers[at], score))
    return found[:5]


def measure(names, labelled, scorer):
    first = five = asked = 0
    right, nobody, times = [], [], []
    for row in labelled:
        if row["kind"].startswith("id_") or row["kind"] in ("alias_unrelated", "renamed_imo", "supplier_tax"):
            continue
        expected = set(filter(None, row["expected_ent_nums"].split("|")))
        begun = time.thread_time()
        found = best_parties(names[row["party_type"] == "person"], row["query"], scorer)
        times.append(time.thread_time() - begun)
        if not expected:
            nobody.append(found[0][1] if found else 0)
            continue
        asked += 1
        first += bool(found) and found[0][0] in expected
        scores = [score for number, score in found if number in expected]
        five += bool(scores)
        right.append(scores[0] if scores else 0)
    print(f"{scorer.__name__}: {asked} names, first {first / asked:.3f}, among five {five / asked:.3f}")
    nobody.sort(reverse=True)
    for percent in (1, 2.5, 5, 10):
        bound = nobody[int(len(nobody) * percent / 100)]
        share = sum(score > bound for score in right) / asked
        print(f"  at {percent} % false alerts (above {bound:.1f}): {share:.3f} found")
    times.sort()
    print("  CPU time of a question: p50 {:.2f} ms, p99 {:.2f} ms".format(
        times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000))


def main():
    folder, questions = sys.argv[1:3]
    names = listed(folder)
    with open(questions, encoding="utf-8", newline="") as file:
        labelled = list(csv.DictReader(file))
    for scorer in (fuzz.token_sort_ratio, fuzz.WRatio):
        measure(names, labelled, scorer)


if __name__ == "__main__":
    main()
