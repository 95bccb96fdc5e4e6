"""Small programmes made by hand from dictionaries of people."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from cmmatch.programme.calendar import parse_availability
from cmmatch.programme.config import Config
from cmmatch.programme.people import Mentees, Mentors, Terms, texts
from cmmatch.programme.programme import Programme
from cmmatch.programme.relations import ReportingLines, Requests

NUMBERS = {
    "years_experience": (np.nan, np.float64),
    "waiting_since": ("NaT", "datetime64[D]"),
    "capacity": (1, np.int64),
    "min_mentees": (0, np.int64),
    "hours_per_month": (np.nan, np.float64),
    "demand": (1, np.int64),
    "consent_identity": (False, np.bool_),
}
LISTS = ("languages", "goals", "goals_achieved", "skills", "skills_wanted", "wants_mentor_like_me")


class Hours:
    """Stands in for the calendar: common free hours as a matrix, shape (N, M)."""

    def __init__(self, hours, shape):
        self.hours = np.asarray(hours, dtype=np.float64).reshape(shape)
        self.mentee_zone, self.mentor_zone = (np.zeros(length) for length in shape)

    def overlap(self, rows):
        return self.hours[rows]

    def pairs(self, mentee, mentor):
        return self.hours[mentee, mentor]

    def worst_week(self, mentee, mentor):
        return self.hours[mentee, mentor], date(2026, 10, 26), self.hours[mentee, mentor]


def people_of(kind, rows, extra):
    """Mentors or mentees from dictionaries; what a dictionary leaves out is blank."""
    columns = {}
    for name in (each.name for each in fields(kind)):
        if name in LISTS:
            lists = [[(word, np.nan, False) for word in row.get(name, ())] for row in rows]
            columns[name] = Terms.from_lists(lists)
        elif name in NUMBERS:
            blank, dtype = NUMBERS[name]
            columns[name] = np.array([row.get(name, blank) for row in rows], dtype=dtype)
        elif name == "free":
            columns[name] = np.zeros((len(rows), 672), dtype=np.bool_)
            for k, row in enumerate(rows):
                if row.get("free"):
                    columns[name][k] = parse_availability(row["free"])
        elif name == "free_known":
            columns[name] = np.array([bool(row.get("free")) for row in rows], dtype=np.bool_)
        elif name in ("traits", "trait_reliability"):
            columns[name] = np.full((len(rows), 5), np.nan)
        elif name == "ids":
            columns[name] = texts(row["id"] for row in rows)
        elif name == "extra":
            columns[name] = {each: texts(row.get(each, "") for row in rows) for each in extra}
        elif name == "ratings":
            columns[name] = {}
        else:
            blank = "active" if name == "status" else ""
            columns[name] = texts(row.get(name, blank) for row in rows)
    return kind(**columns)


def requests_of(rows, mentees, mentors):
    """Requests from (mentee id, mentor id, kind); they stand in rows 2, 3, ... of the file."""
    found = sorted(
        (mentees.position[mentee], mentors.position[mentor], kind, row)
        for row, (mentee, mentor, kind) in enumerate(rows, start=2)
    )
    mentee, mentor, kind, row = zip(*found, strict=True) if found else ((), (), (), ())
    return Requests(
        mentee=np.array(mentee, dtype=np.int64),
        mentor=np.array(mentor, dtype=np.int64),
        kind=texts(kind),
        rank=np.full(len(found), np.nan),
        by=texts("" for _ in found),
        reason=texts("" for _ in found),
        row=np.array(row, dtype=np.int64),
    )


@pytest.fixture(scope="session")
def by_hand():
    """A function that makes a programme from dictionaries of people.

    ``manager_id`` of the people and ``managers`` (of those who take no part) make the lines;
    ``free`` is free time as people write it; ``hours`` stands in for the calendar; the names of
    ``extra`` become further columns.
    """

    def make(mentees, mentors, *, requests=(), managers=None, config=None, hours=None, extra=()):
        sides = people_of(Mentees, mentees, extra), people_of(Mentors, mentors, extra)
        lines = {
            row["id"]: row["manager_id"] for row in (*mentees, *mentors) if row.get("manager_id")
        }
        lines |= {person: boss for person, boss in (managers or {}).items() if boss}
        known = {row["id"] for row in (*mentees, *mentors)} | set(managers or {})
        programme = Programme(
            config=Config.model_validate(config or {}),
            mentors=sides[1],
            mentees=sides[0],
            requests=requests_of(requests, *sides),
            lines=ReportingLines(lines, frozenset(known)),
        )
        if hours is not None:
            programme.__dict__["calendar"] = Hours(hours, (len(mentees), len(mentors)))
        return programme

    return make
