"""A planted partner among real people: a twin mentor made of a mentee and of a real mentor.

Nobody knows whom the people of a real data set would suit, so a partner is made for some of them,
question by question, from answers that real people gave:

- the *host* is a real mentor drawn at random; the twin is a copy of the host, and then
- *skills*: each of the mentee's wishes is taken over with chance 2/3, in place of one of the host's
  skills as long as there are any, so that the twin names about as many as other mentors do;
- *statement*: the words of the mentee's statement are dealt out at random: one half stays with the
  mentee, the other becomes the twin's (statements of fewer than eight words stay as they are);
- *years*: 5 to 15 more than the mentee's;
- *free time*: a random half of the mentee's windows, in the mentee's zone, and half of the host's;
- *questionnaire*: each item is the mentee's answer with chance 1/2, else the host's.

All other columns are the host's. So the study tells whether the score finds somebody who fits by
construction among people who fit by chance; it tells nothing about whether such pairs do well.
"""

from __future__ import annotations

import csv
import tomllib

import numpy as np

from studies.blanking import ITEMS

__all__ = ["plant_twins", "read_tables", "statement_of_twin"]

TAKEN_OVER, WORDS = 2 / 3, 8


def read_tables(folder, settings):
    """Return mentors and mentees of a folder as columns, and the settings."""
    sides = []
    for name in ("mentors", "mentees"):
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        sides.append({column: tuple(row[column] or "" for row in rows) for column in rows[0]})
    return *sides, tomllib.loads(settings.read_text(encoding="utf-8"))


def plant_twins(mentors, mentees, *, count, seed):
    """Give a twin to some mentees who name a wish; return both tables and who suits whom."""
    rng = np.random.default_rng(seed)
    people, hosts = _rows(mentees), _rows(mentors)
    asking = [k for k, person in enumerate(people) if person["skills_wanted"]]
    chosen = sorted(rng.permutation(asking)[:count].tolist())
    twins, planted = [], {}
    for k in chosen:
        twin, people[k] = _twin(rng, people[k], hosts[int(rng.integers(len(hosts)))])
        twins.append(twin)
        planted[people[k]["id"]] = twin["id"]
    return _columns([*hosts, *twins]), _columns(people), planted


def statement_of_twin(statement):
    """Say what the statement of a twin is made of, by what the mentee wrote."""
    words = len(statement.split())
    return "half of the mentee's" if words >= WORDS else "the host's" if words else "not compared"


def _twin(rng, mentee, host):
    """Return the twin, and the mentee with the words that are left."""
    twin = {**host, "id": f"twin-{mentee['id']}", "timezone": mentee["timezone"]}
    wishes = [wish for wish in _list(mentee["skills_wanted"]) if rng.random() < TAKEN_OVER]
    own = [each for each in rng.permutation(_list(host["skills"])) if each not in wishes]
    twin["skills"] = "; ".join([*wishes, *own[len(wishes) :]])
    words = mentee["statement"].split()
    kept = mentee["statement"]
    if len(words) >= WORDS:
        half = rng.random(len(words)) < 0.5
        twin["statement"], kept = (
            " ".join(word for word, mine in zip(words, half, strict=True) if mine == side)
            for side in (True, False)
        )
    if mentee["years_experience"]:
        years = float(mentee["years_experience"]) + rng.integers(5, 16)
        twin["years_experience"] = f"{years:g}"
    twin["availability"] = "; ".join(
        window for person in (mentee, host) for window in _half(rng, _list(person["availability"]))
    )
    for item in ITEMS:
        if rng.random() < 0.5:
            twin[item] = mentee[item]
    return twin, {**mentee, "statement": kept}


def _half(rng, windows):
    return [windows[k] for k in sorted(rng.permutation(len(windows))[: -(-len(windows) // 2)])]


def _list(cell):
    return [each.strip() for each in cell.split(";") if each.strip()]


def _rows(table):
    return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


def _columns(rows):
    return {name: tuple(row[name] for row in rows) for name in rows[0]}
