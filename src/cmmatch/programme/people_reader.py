"""From a table of mentors or mentees to their frozen columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from cmmatch.programme.calendar import QUARTERS, check_zone, parse_availability
from cmmatch.programme.cells import (
    NOT_YET_OR_NO_MORE,
    STATUS_WORDS,
    has_worded_level,
    parse_date,
    parse_list,
    parse_number,
    parse_skills,
    parse_status,
    parse_whole,
    plain_status,
    seems_parted_by_commas,
)
from cmmatch.programme.identity_requests import read_consent, read_requests
from cmmatch.programme.labels import tidy
from cmmatch.programme.people import Mentees, Mentors, TableRows, Terms, mentor_places, texts
from cmmatch.programme.rating_reader import read_ratings
from cmmatch.programme.sheets import listed
from cmmatch.programme.trait_reader import read_traits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.cells import Skill
    from cmmatch.programme.identity import Roster
    from cmmatch.programme.reporting import Superiors
    from cmmatch.programme.sheets import Cells

__all__ = ["COMPLETED", "Backup", "PeopleReader"]

Value = TypeVar("Value")

COMPLETED = ("department", "team", "grade")
"""Columns taken from ``people.csv`` where the person's own table does not have them."""

HOURS_IN_MONTH = 744.0
YEARS_IN_LIFE = 80.0


@dataclass(frozen=True)
class Backup:
    """What ``people.csv`` says beyond the reporting lines, by column and id; blanks left out."""

    status: Mapping[str, str]
    text: Mapping[str, Mapping[str, str]]
    where: str = ""

    @classmethod
    def none(cls) -> Backup:
        """Stand for a programme without ``people.csv``."""
        return cls({}, {})

    @classmethod
    def of(cls, roster: Roster) -> Backup:
        """Read ``people.csv``."""
        status = _status(roster).values
        columns = {name: roster.sheet.text(name) for name in COMPLETED if roster.sheet.has(name)}
        people = list(roster.people())
        return cls(
            {person: status[k] for k, person in people if status[k]},
            {n: {person: text[k] for k, person in people} for n, text in columns.items()},
            roster.sheet.table.name,
        )


def _status(roster: Roster) -> Cells[str]:
    words = "; ".join(", ".join(each) for each in STATUS_WORDS.values())
    cells = roster.sheet.read(
        "status",
        parse_status,
        code="status-unknown",
        remedy=f"Use one of these words: {words}.",
        blank="",
    )
    _note_states(roster)
    return cells


def _note_states(roster: Roster) -> None:
    """Note people who are not matched by a word that does not say so by itself."""
    given = [plain_status(text) for text in roster.sheet.text("status")]
    counts = {word: given.count(word) for word in NOT_YET_OR_NO_MORE if word in given}
    if counts:
        told = ", ".join(f"{word!r} ({count})" for word, count in counts.items())
        roster.sheet.fault(
            "status-not-matched",
            None,
            "status",
            problem=f"Read as 'paused', so these people are not matched: {told}.",
            remedy="Write 'active' for whoever is to be matched; somebody who is full may be "
            "active with as many places as there are pairs to keep.",
            note=True,
        )


class PeopleReader:
    """Reads one table of people; every cell that cannot be read is a fault and counts as blank.

    Parameters
    ----------
    roster : Roster
        The table and its ids.
    superiors : Superiors
        Managers and appraisers over all tables.
    backup : Backup
        What ``people.csv`` adds.
    """

    def __init__(self, roster: Roster, superiors: Superiors, backup: Backup) -> None:
        self.roster = roster
        self.superiors = superiors
        self.backup = backup
        self.sheet = roster.sheet
        self.roles = roster.sheet.config.roles
        self.kept = roster.kept
        self._bad = np.zeros(len(self.sheet), dtype=np.bool_)

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """People with a bad cell among those that decide about places, in the order of people."""
        return self._bad[self.kept]

    def mentors(self) -> Mentors:
        """Read the table as mentors."""
        roles = self.roles
        capacity = self._whole(
            "capacity",
            1,
            f"Write how many {roles.mentees} this {roles.mentor} may have at once, such as 2.",
        )
        min_mentees = self._whole(
            "min_mentees",
            0,
            f"Write the least number of {roles.mentees}, such as 1, or leave it blank for none.",
        )
        hours = self._number(
            "hours_per_month", HOURS_IN_MONTH, "Write the hours in a month, such as 6 or 7.5."
        )
        mentors = Mentors(
            **self._common(),
            goals_achieved=self._list("goals_achieved"),
            capacity=capacity,
            min_mentees=min_mentees,
            hours_per_month=hours,
            consent_identity=read_consent(self.sheet)[self.kept],
        )
        self._check_least_load(mentors)
        return mentors

    def _check_least_load(self, mentors: Mentors) -> None:
        hours_per_pair = self.sheet.config.programme.hours_per_pair
        places = mentor_places(mentors, hours_per_pair=hours_per_pair)
        least, capacity = mentors.min_mentees, mentors.capacity
        over = np.where(mentors.status == "active", least > places, least > capacity)
        for person in np.flatnonzero(over & ~self.doubtful):
            by_capacity = least[person] > capacity[person]
            room = f"the capacity is {capacity[person]}"
            if not by_capacity:
                hours = mentors.hours_per_month[person]
                room = f"{hours:g} hours at {hours_per_pair:g} a pair are room for {places[person]}"
            self.sheet.fault(
                f"min-mentees-over-{'capacity' if by_capacity else 'hours'}",
                self.kept[person],
                "min_mentees",
                problem=f"The least load must not be above the places; {room}.",
                remedy="Lower it, or raise the capacity or the hours.",
            )

    def mentees(self) -> Mentees:
        """Read the table as mentees."""
        roles = self.roles
        demand = self._whole(
            "demand",
            1,
            f"Write how many {roles.mentors} this {roles.mentee} wants, such as 1.",
        )
        wishes = read_requests(self.sheet)
        return Mentees(
            **self._common(),
            skills_wanted=self._skills("skills_wanted"),
            demand=demand,
            wants_mentor_like_me=Terms.from_lists(
                [[(column, np.nan, False) for column in wishes[k]] for k in self.kept]
            ),
        )

    def _common(self) -> dict[str, Any]:
        ids = self._of_people(self.roster.ids)
        plain = ("department", "team", "location", "grade", "statement", "meeting_mode")
        free = self._availability()
        return {
            "ids": ids,
            "name": self._names(),
            "email": self._of_people(self.roster.email),
            "status": self._statuses(),
            **{name: self._text(name) for name in plain},
            "manager_id": texts(self.superiors.lines.manager.get(person, "") for person in ids),
            "appraiser_id": texts(self.superiors.appraiser.get(person, "") for person in ids),
            "timezone": self._timezones(),
            "languages": self._list("languages"),
            "goals": self._list("goals"),
            "skills": self._skills("skills"),
            "free": free[0],
            "free_known": free[1],
            "years_experience": self._number(
                "years_experience", YEARS_IN_LIFE, "Write the years, such as 7 or 2.5."
            ),
            "waiting_since": self._dates("waiting_since"),
            **{name: values[self.kept] for name, values in read_traits(self.sheet).items()},
            "extra": self._extra(),
            "ratings": {
                name: values[self.kept] for name, values in read_ratings(self.sheet).items()
            },
            "rows": TableRows(
                self.sheet.table.name,
                np.array([self.sheet.table.rows[k] for k in self.kept], dtype=np.int64),
                self.sheet.heading,
            ),
        }

    def _of_people(self, values: Sequence[str] | NDArray[np.object_]) -> NDArray[np.object_]:
        return texts(values[k] for k in self.kept)

    def _text(self, name: str) -> NDArray[np.object_]:
        if name in self.backup.text and not self.sheet.has(name):
            completed = self.backup.text[name]
            return texts(completed.get(self.roster.ids[k], "") for k in self.kept)
        return self._of_people(self.sheet.text(name))

    def _extra(self) -> dict[str, NDArray[np.object_]]:
        columns = self.sheet.table.columns
        return {heading: self._of_people(columns[heading]) for heading in self.sheet.extra}

    def _names(self) -> NDArray[np.object_]:
        if self.sheet.has("name"):
            return self._of_people(self.sheet.text("name"))
        first, last = self.sheet.text("first_name"), self.sheet.text("last_name")
        return texts(tidy(f"{first[k]} {last[k]}") for k in self.kept)

    def _statuses(self) -> NDArray[np.object_]:
        cells = _status(self.roster)
        self._bad |= cells.bad
        own = cells.values
        statuses = []
        for k, person in self.roster.people():
            other = self.backup.status.get(person, "")
            if own[k] and other and own[k] != other:
                self._bad[k] = True
                self.sheet.fault(
                    "status-contradicts",
                    k,
                    "status",
                    problem=f"A person must have one status; {person!r} is {other} in "
                    f"{self.backup.where}.",
                    remedy="Write the same in both tables, or leave one of them blank.",
                )
            status = own[k] or other or "active"
            disabled = self.roster.disabled[k] and status == "active"
            statuses.append("paused" if disabled else status)
        return texts(statuses)

    def _timezones(self) -> NDArray[np.object_]:
        cells = self.sheet.read(
            "timezone",
            _checked_zone,
            code="timezone-unknown",
            remedy="Write a zone such as Europe/Berlin or America/New_York.",
            blank="",
        )
        default = self.sheet.config.programme.timezone
        return self._of_people([zone or default for zone in cells.values])

    def _availability(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        cells = self.sheet.read(
            "availability",
            parse_availability,
            code="availability-unreadable",
            remedy="Write local times such as 'Mon 09:00-12:00; Wed 14:00-16:00'.",
            blank=np.zeros(QUARTERS, dtype=np.bool_),
        )
        text = self.sheet.text("availability")
        known = np.array([bool(text[k]) and not cells.bad[k] for k in self.kept], dtype=np.bool_)
        free = np.zeros((len(self.kept), QUARTERS), dtype=np.bool_)
        for row, k in enumerate(self.kept):
            free[row] = cells.values[k]
        return free, known

    def _whole(self, name: str, blank: int, remedy: str) -> NDArray[np.int64]:
        code = f"{name.replace('_', '-')}-not-whole"
        cells = self.sheet.read(name, parse_whole, code=code, remedy=remedy, blank=blank)
        self._bad |= cells.bad
        return np.array(cells.values, dtype=np.int64)[self.kept]

    def _number(self, name: str, most: float, remedy: str) -> NDArray[np.float64]:
        cells = self.sheet.read(
            name,
            lambda text: parse_number(text, 0.0, most),
            code=f"{name.replace('_', '-')}-not-number",
            remedy=remedy,
            blank=np.nan,
        )
        if name == "hours_per_month":
            self._bad |= cells.bad
        return np.array(cells.values, dtype=np.float64)[self.kept]

    def _dates(self, name: str) -> NDArray[np.datetime64]:
        cells = self.sheet.read(
            name,
            parse_date,
            code=f"{name.replace('_', '-')}-not-date",
            remedy="Write it as 2026-12-01.",
            blank=None,
        )
        return np.array(cells.values, dtype="datetime64[D]")[self.kept]

    def _list(self, name: str) -> Terms:
        entries: dict[str, list[Skill]] = {}
        text = self.sheet.text(name)
        for k in self.kept:
            if text[k] not in entries:
                entries[text[k]] = [(label, np.nan, False) for label in parse_list(text[k])]
        self._note_commas(name)
        return Terms.from_lists([entries[text[k]] for k in self.kept])

    def _skills(self, name: str) -> Terms:
        nothing: tuple[Skill, ...] = ()
        cells = self.sheet.read(
            name,
            parse_skills,
            code="skill-unreadable",
            remedy="Write skills as 'python:3; negotiation!; R', a level from 1 to 5 after the "
            "colon; a name that has a colon and a number needs another sign for the colon.",
            blank=nothing,
        )
        terms = Terms.from_lists([cells.values[k] for k in self.kept])
        self._note_worded_levels(name, terms)
        self._note_commas(name)
        return terms

    def _note_commas(self, name: str) -> None:
        text = self.sheet.text(name)
        found = dict.fromkeys(text[k] for k in self.kept if seems_parted_by_commas(text[k]))
        if found:
            self.sheet.fault(
                "list-with-commas",
                None,
                name,
                problem="Entries are parted by ; and not by commas, so each of these is one entry: "
                f"{listed(map(repr, sorted(found)))}.",
                remedy="Write ; between the entries; nothing is to be done where the comma belongs "
                "to a name.",
                note=True,
            )

    def _note_worded_levels(self, name: str, terms: Terms) -> None:
        worded = [label for label in terms.labels if has_worded_level(label)]
        if worded:
            self.sheet.fault(
                "skill-level-worded",
                None,
                name,
                problem=f"A level is read only as a number; these are taken as names: "
                f"{listed(map(repr, worded))}.",
                remedy="Write the level as a number from 1 to 5, such as 'python:4'.",
                note=True,
            )


def _checked_zone(name: str) -> str:
    check_zone(name)
    return name
