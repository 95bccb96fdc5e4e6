"""Fingerprint: one short text that changes when, and only when, the content of a programme does."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cmmatch.programme.people import Mentees, Mentors, People, Terms
    from cmmatch.programme.programme import Programme

__all__ = ["fingerprint"]

FORMAT = "cmmatch programme 1"
"""Changes when the same content is written in another way, so that old fingerprints do not lie."""

TEXTS = (
    "name", "email", "status", "department", "team", "location", "grade", "manager_id",
    "appraiser_id", "timezone", "statement", "meeting_mode",
)  # fmt: skip


def fingerprint(programme: Programme) -> str:
    """Return the SHA-256 of the programme's content as 64 hexadecimal digits.

    The content is written as lines of JSON with sorted keys: the settings, the mentors and the
    mentees sorted by id, the requests sorted by ids and kind, what the vocabulary says about the
    skills that they name, the reporting lines sorted by id. Left out is what does not change a
    result: the order of rows and columns, the names and the format of files, headings that stand
    for columns of cmmatch, extra columns without any entry, aliases and related skills that nobody
    names, the rows in which requests stand, and the folders of an encoder.
    """
    digest = sha256(FORMAT.encode())
    for line in _lines(programme):
        digest.update(b"\n")
        digest.update(json.dumps(line, sort_keys=True, ensure_ascii=True).encode())
    return digest.hexdigest()


def _lines(programme: Programme) -> Iterator[Any]:
    yield programme.config.model_dump(
        mode="json",
        exclude={
            "files": True,
            "columns": True,
            "pairs": True,
            "skills": True,
            "goals": {"weights", "cache"},
        },
    )
    mentors, mentees = programme.mentors, programme.mentees
    yield from _people("mentor", mentors, _mentor_columns(mentors))
    yield from _people("mentee", mentees, _mentee_columns(mentees))
    yield from sorted(_requests(programme))
    yield programme.vocabulary.effect(
        wanted=mentees.skills_wanted.labels,
        offered=mentors.skills.labels,
        held=mentees.skills.labels,
    )
    lines = programme.lines
    yield sorted(lines.manager.items())
    yield sorted(lines.known)


def _mentor_columns(mentors: Mentors) -> dict[str, list[Any]]:
    return {
        "goals_achieved": _terms(mentors.goals_achieved),
        "capacity": mentors.capacity.tolist(),
        "min_mentees": mentors.min_mentees.tolist(),
        "hours_per_month": _numbers(mentors.hours_per_month),
        "consent_identity": mentors.consent_identity.tolist(),
    }


def _mentee_columns(mentees: Mentees) -> dict[str, list[Any]]:
    return {
        "skills_wanted": _terms(mentees.skills_wanted),
        "demand": mentees.demand.tolist(),
        "wants_mentor_like_me": _terms(mentees.wants_mentor_like_me),
    }


def _people(role: str, people: People, own: dict[str, list[Any]]) -> Iterator[Any]:
    columns = {name: getattr(people, name).tolist() for name in TEXTS}
    columns |= {name: _terms(getattr(people, name)) for name in ("languages", "goals", "skills")}
    columns |= {
        "free": [row.tobytes().hex() for row in np.packbits(people.free, axis=1)],
        "free_known": people.free_known.tolist(),
        "years_experience": _numbers(people.years_experience),
        "waiting_since": [str(day) for day in people.waiting_since],
        "traits": _rows(people.traits),
        "trait_reliability": _rows(people.trait_reliability),
    }
    columns |= {f"rating {name}": _numbers(given) for name, given in people.ratings.items()}
    columns |= own
    extra = {heading: texts.tolist() for heading, texts in people.extra.items() if texts.any()}
    for k in np.argsort(people.ids, kind="stable").tolist():
        yield [
            role,
            people.ids[k],
            {name: values[k] for name, values in columns.items()},
            {heading: texts[k] for heading, texts in extra.items()},
        ]


def _terms(terms: Terms) -> list[list[Any]]:
    level = _numbers(terms.level)
    must = terms.must.tolist()
    labels = [terms.labels[term] for term in terms.term.tolist()]
    bounds = terms.start.tolist()
    flat = list(zip(labels, level, must, strict=True))
    return [flat[start:end] for start, end in pairwise(bounds)]


def _requests(programme: Programme) -> Iterator[tuple[str, ...]]:
    requests = programme.requests
    for k in range(len(requests)):
        yield (
            "request",
            programme.mentees.ids[requests.mentee[k]],
            programme.mentors.ids[requests.mentor[k]],
            requests.kind[k],
            requests.by[k],
            str(requests.rank[k]),
            requests.reason[k],
        )


def _rows(values: Any) -> list[list[float | None]]:
    return [[_number(value) for value in row] for row in values.tolist()]


def _numbers(values: Any) -> list[float | None]:
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    return None if isnan(value) else value
