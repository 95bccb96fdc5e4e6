"""make_programme(): a whole made-up programme as tables, for demos, tests and benchmarks."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError
from cmmatch.programme.people import TRAITS
from cmmatch.synthesis.answers import (
    LEARNING,
    STYLE,
    draw_achieved,
    draw_ratings,
    draw_styles,
    draw_wishes,
)
from cmmatch.synthesis.organisation import Organisation
from cmmatch.synthesis.people import Person, draw_mentee, draw_mentor
from cmmatch.synthesis.truth import quality
from cmmatch.synthesis.words import GOALS, MENTEE_SAYS, MENTOR_SAYS, SITES
from cmmatch.synthesis.worlds import WORLDS, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

__all__ = ["SyntheticProgramme", "make_programme"]

Table = dict[str, tuple[str, ...]]
Request = tuple[str, str, str, str, str, str]
"""Mentee, mentor, kind, rank, who asks, reason."""

OPTIONAL = ("goals", "statement", "years_experience", "availability", "skills", "skills_wanted")
SAID, UNSEEN, ACHIEVED = 1, 2, 3
"""What people say of each other, what a world adds, and the goals that mentors have reached are
drawn from streams of their own, so that none changes the rest."""
ALONE = "Quechua"
"""The only language of the two whom the rules let meet nobody."""


@dataclass(frozen=True, eq=False)
class SyntheticProgramme:
    """A made-up programme; every table maps a heading to texts, one a row.

    Parameters
    ----------
    mentors, mentees, pairs, people : mapping of str to tuple of str
        Tables with the columns of the schema.
    config : dict
        The settings, as in ``programme.toml``.
    planted : mapping of str to str
        Mentee id to the id of the mentor who is truly the best partner.
    world : str
        What is true in it: one of :data:`~cmmatch.synthesis.worlds.WORLDS`.
    """

    mentors: Mapping[str, tuple[str, ...]]
    mentees: Mapping[str, tuple[str, ...]]
    pairs: Mapping[str, tuple[str, ...]]
    people: Mapping[str, tuple[str, ...]]
    config: Mapping[str, Mapping[str, object]]
    planted: Mapping[str, str]
    world: str
    _mentees: tuple[Person, ...]
    _mentors: tuple[Person, ...]
    _truth: NDArray[np.float64] | None

    def truth(self, rows: Sequence[int] | NDArray[np.intp] | None = None) -> NDArray[np.float64]:
        """Return the true quality of pairs, shape (rows, M), in 0..1; all mentees when left out."""
        some = np.arange(len(self._mentees)) if rows is None else np.asarray(rows, dtype=np.intp)
        if self._truth is not None:
            return self._truth[some]
        people = [self._mentees[i] for i in some.tolist()]
        made = [quality(each, self._mentors, partner=each.partner) for each in people]
        return np.array(made).reshape(len(some), len(self._mentors))

    def files(self) -> dict[str, bytes]:
        """Return the files of a programme folder: the toml and a CSV for each table."""
        tables = ("mentors", "mentees", "pairs", "people")
        made = {f"{name}.csv": _csv(getattr(self, name)) for name in tables}
        return {"programme.toml": _toml(self.config), **made}


def make_programme(
    *,
    mentees: int = 200,
    mentors: int = 80,
    seed: int = 7,
    blanks: float = 0.1,
    world: str = "chemistry",
) -> SyntheticProgramme:
    """Make up a programme.

    Every mentee is drawn around one mentor, the planted partner: wishes, goals, hours and traits
    that fit, with noise; so is how they rate their way of working, and some name the partner among
    those whom they would like. There are fewer places than wishes as a rule, two people whom nobody
    can meet, some who are paused or have left, and a few requests.

    Parameters
    ----------
    mentees, mentors : int
        How many, at least 1 each.
    seed : int
        The same seed gives the same bytes.
    blanks : float
        Share of optional answers left blank, 0..1.
    world : {"chemistry", "threshold", "multiplicative", "noisy", "impersonal"}
        What makes a partner good; see :mod:`cmmatch.synthesis.worlds`. In all but the first the
        planted partner is not the one around whom the mentee was drawn, but whoever is best by
        the world's own formula.

    Raises
    ------
    ModelError
        If there is no such world.

    Examples
    --------
    >>> made = make_programme(mentees=3, mentors=2, seed=1)
    >>> made.mentees["id"]
    ('p-001', 'p-002', 'p-003')
    """
    true = _world(world)
    rng = np.random.default_rng(seed)
    organisation = Organisation.for_people(mentees + mentors)
    width = max(len(str(max(mentees, mentors))), 3)
    seniors = []
    for k in range(mentors):
        label = f"m-{k + 1:0{width}d}"
        seniors.append(draw_mentor(rng, label, organisation.draw(rng, label, senior=True)))
    juniors = []
    for k in range(mentees):
        label, partner = f"p-{k + 1:0{width}d}", int(rng.integers(mentors))
        post = organisation.draw(rng, label, senior=False)
        juniors.append(draw_mentee(rng, label, post, mentor=seniors[partner], partner=partner))
    said = np.random.default_rng([seed, SAID])
    draw_styles(said, juniors, seniors)
    truth = true.settle(np.random.default_rng([seed, UNSEEN]), juniors, seniors)
    mentor_table = _mentor_table(rng, seniors, blanks=blanks, noise=true.noise)
    mentee_table = _mentee_table(rng, juniors, blanks=blanks, noise=true.noise)
    agreed = _requests(rng, (juniors, mentee_table), (seniors, mentor_table))
    mentee_table |= draw_ratings(said, juniors, blanks=blanks, noise=true.noise)
    mentor_table |= draw_ratings(said, seniors, blanks=blanks, noise=true.noise)
    reached = np.random.default_rng([seed, ACHIEVED])
    mentor_table["goals_achieved"] = draw_achieved(reached, seniors, blanks=blanks)
    wishes = draw_wishes(said, juniors, seniors, taken={(a, b): kind for a, b, kind, *_ in agreed})
    return SyntheticProgramme(
        mentor_table,
        mentee_table,
        _pairs([*agreed, *((a, b, kind, rank, by, "") for a, b, kind, rank, by in wishes)]),
        _people(organisation, [*seniors, *juniors]),
        {
            "programme": {
                "name": "Company mentoring (made up)",
                "seed": seed,
                "starts": "2026-09-07",
            },
            "working_style": {"columns": STYLE},
            "learning_orientation": {"columns": LEARNING},
        },
        {person.id: seniors[person.partner].id for person in juniors},
        world,
        tuple(juniors),
        tuple(seniors),
        truth,
    )


def _world(name: str) -> World:
    if name not in WORLDS:
        message = f"'world' must be one of {', '.join(WORLDS)}; given {name!r}."
        raise ModelError(message)
    return WORLDS[name]


def _common(
    rng: Generator, people: list[Person], says: tuple[str, ...], *, noise: float
) -> dict[str, list[str]]:
    status = rng.choice(["active", "paused", "left"], size=len(people), p=(0.96, 0.03, 0.01))
    consent = rng.random(len(people)) < 0.85
    table = {
        "id": [p.id for p in people],
        "name": [p.name for p in people],
        "email": [f"{p.name.lower().replace(' ', '.')}.{p.id}@example.org" for p in people],
        "status": [str(each) for each in status],
        "department": [p.post.department for p in people],
        "team": [p.post.team for p in people],
        "location": [SITES[p.site][0] for p in people],
        "grade": [p.post.grade for p in people],
        "manager_id": [p.post.manager for p in people],
        "timezone": [SITES[p.site][1] for p in people],
        "languages": [p.languages for p in people],
        "availability": ["; ".join(p.windows) for p in people],
        "goals": ["; ".join(p.goals) for p in people],
        "statement": [_statement(rng, p, says) for p in people],
        "years_experience": [str(p.years) for p in people],
        "skills": ["; ".join(f"{k}:{v}" for k, v in sorted(p.skills.items())) for p in people],
        "consent_personality": ["yes" if each else "no" for each in consent],
    }
    for k, trait in enumerate(TRAITS):
        noisy = [np.clip(1 + 4 * p.traits[k] + rng.normal(0, 0.3 * noise), 1, 5) for p in people]
        table[trait] = [f"{value:.1f}" for value in noisy]
    return table


def _statement(rng: Generator, person: Person, says: tuple[str, ...]) -> str:
    if not person.goals:
        return ""
    phrases = GOALS[person.goals[0]][1:]
    skill = min(person.wanted or person.skills or {"my daily work": 0})
    template = says[int(rng.integers(len(says)))]
    return template.format(topic=phrases[int(rng.integers(len(phrases)))], skill=skill)


def _blank(rng: Generator, table: dict[str, list[str]], share: float) -> None:
    for column in OPTIONAL:
        if column in table:
            for k in np.flatnonzero(rng.random(len(table[column])) < share):
                table[column][k] = ""


def _mentor_table(rng: Generator, people: list[Person], *, blanks: float, noise: float) -> Table:
    table = _common(rng, people, MENTOR_SAYS, noise=noise)
    capacity = rng.integers(1, 4, len(people))
    limited = rng.random(len(people)) < 0.3
    hours = rng.integers(2, 9, len(people))
    table["capacity"] = [str(each) for each in capacity]
    table["hours_per_month"] = [
        str(each) if few else "" for each, few in zip(hours, limited, strict=True)
    ]
    _blank(rng, table, blanks)
    return {name: tuple(column) for name, column in table.items()}


def _mentee_table(rng: Generator, people: list[Person], *, blanks: float, noise: float) -> Table:
    table = _common(rng, people, MENTEE_SAYS, noise=noise)
    table["skills_wanted"] = [
        "; ".join(f"{k}:{v}{'!' if k in p.musts else ''}" for k, v in sorted(p.wanted.items()))
        for p in people
    ]
    waiting = np.datetime64("2026-08-31") - rng.integers(0, 120, len(people)).astype(
        "timedelta64[D]"
    )
    table["waiting_since"] = [str(day) for day in waiting]
    _blank(rng, table, blanks)
    for k in range(min(2, len(people) // 20)):
        table["languages"][-1 - k], table["status"][-1 - k] = ALONE, "active"
    return {name: tuple(column) for name, column in table.items()}


def _requests(
    rng: Generator, mentees: tuple[list[Person], Table], mentors: tuple[list[Person], Table]
) -> list[Request]:
    """Two required pairs that no default rule forbids, and a few vetoes."""
    people, table = mentees
    required: list[tuple[str, str]] = []
    taken: set[int] = set()
    for k in rng.permutation(len(people)):
        person = people[k]
        if person.partner not in taken and _may_be_required(person, int(k), table, mentors):
            required.append((person.id, mentors[0][person.partner].id))
            taken.add(person.partner)
        if len(required) == min(2, len(people) // 20):
            break
    rows = [
        (a, b, "require", "", "admin", "agreed before the programme") for a, b in sorted(required)
    ]
    held = {a for a, _ in required}
    others = [p for p in people if p.id not in held]
    reasons = (("forbid", "manager", "works on the same contract"), ("declined", "mentor", ""))
    for kind, by, reason in reasons[: len(others)]:
        person = others[int(rng.integers(len(others)))]
        other = mentors[0][int(rng.integers(len(mentors[0])))]
        rows.append((person.id, other.id, kind, "", by, reason))
    return rows


def _pairs(rows: list[Request]) -> Table:
    names = ("mentee_id", "mentor_id", "kind", "rank", "by", "reason")
    return {name: tuple(row[k] for row in rows) for k, name in enumerate(names)}


def _may_be_required(
    person: Person, k: int, table: Table, mentors: tuple[list[Person], Table]
) -> bool:
    j = person.partner
    mentor = mentors[0][j]
    return (
        table["status"][k] == mentors[1]["status"][j] == "active"
        and bool(table["availability"][k] and mentors[1]["availability"][j])
        and table["languages"][k] != ALONE
        and bool(set(person.windows) & set(mentor.windows))
        and person.site == mentor.site
        and person.post.department != mentor.post.department
        and mentors[1]["hours_per_month"][j] == ""
    )


def _people(organisation: Organisation, people: list[Person]) -> Table:
    rows = [
        *organisation.superiors(),
        *((p.id, p.post.manager, p.post.department) for p in people),
    ]
    names = ("id", "manager_id", "department")
    return {name: tuple(row[k] for row in rows) for k, name in enumerate(names)}


def _csv(table: Mapping[str, tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    return text.getvalue().encode()


def _toml(config: Mapping[str, Mapping[str, object]]) -> bytes:
    lines = []
    for section, values in config.items():
        lines.append(f"[{section}]")
        for key, value in values.items():
            if isinstance(value, tuple):
                lines.append(f"{key} = {json.dumps(value)}")
            elif key == "starts" or not isinstance(value, str):
                lines.append(f"{key} = {value}")
            else:
                lines.append(f'{key} = "{value}"')
    return "\n".join([*lines, ""]).encode()
