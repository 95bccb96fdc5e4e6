"""From the headings of a file to the columns of the schema: by rename, by name, by other names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING
from unicodedata import normalize

from cmmatch.programme.labels import folded
from cmmatch.programme.schema import columns_of
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.schema import Column
    from cmmatch.programme.tables import Table

__all__ = ["match_headings", "plain_heading"]

OWN_WORDS = {"mentors": ("mentor ", "coach "), "mentees": ("mentee ", "coachee ")}
"""What a heading of this table may begin with without meaning anything else: "Mentor ID"."""

SURVEY_FALLBACK = {"email": "RecipientEmail", "id": "ExternalReference"}
"""What a survey knows of its recipient, taken where no question gives it."""

EXCLUSIONS = {"email", "should match with"}
"""Headings of a vendor's list of exclusions, which does not say who teaches whom."""

_MARKS = re.compile(r"\((required|optional)\)|\*", re.IGNORECASE)
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def plain_heading(heading: str) -> str:
    """Return a heading in the form in which headings are compared.

    Small letters, words parted by one blank; ``camelCase`` is parted too, signs count as blanks,
    "(required)" and "(optional)" are dropped, and "e-mail" is "email".

    Examples
    --------
    >>> plain_heading("managerEmail"), plain_heading("MANAGER_E-MAIL (required)")
    ('manager email', 'manager email')
    >>> plain_heading("Experience [years]")
    'experience years'
    """
    text = _HUMPS.sub(" ", _MARKS.sub(" ", normalize("NFKC", heading)))
    words = " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
    return re.sub(r"\be mail", "email", words) or folded(heading)


def match_headings(
    table: Table,
    kind: str,
    renames: Mapping[str, str],
    faults: FaultList,
    config_name: str = "programme.toml",
    *,
    extra_names: Collection[str] = (),
) -> dict[str, str]:
    """Find the heading of each column of the schema.

    A rename wins over a heading that is the column's name, and that over a heading that is another
    name of it; what is outranked is noted. A heading may begin with the word for the people of its
    own table: "Mentor ID" in the table of mentors is the id. What a survey tool itself wrote into
    an export is passed by, except the address and the reference of the recipient where nothing else
    gives an e-mail or an id.

    Parameters
    ----------
    table : Table
        The file.
    kind : str
        Which table it is, of ``schema.TABLES``.
    renames : mapping of str to str
        Name of the column to heading as written, or to the question as asked in a survey; "" says
        that the file has no such column, whatever its headings look like.
    faults : FaultList
        Takes renames of headings that are not there (``rename-heading-missing``) or that stand for
        several (``rename-unclear``), renames of columns that are not in the schema
        (``rename-unknown-column``), two headings for one column (``column-twice``), required
        columns that are missing (``column-missing``), and notes on headings that were outranked
        (``heading-outranked``).
    config_name : str
        What the settings are called in messages.
    extra_names : collection of str
        Columns that only the settings name, such as the items of a personality key: found by name
        or rename, never missing.

    Returns
    -------
    dict of str to str
        Name of each column that was found to its heading, in the order of the schema, then the
        extra names in alphabetical order. An ``id`` that is missing while there is an ``email`` is
        no fault.

    Examples
    --------
    >>> from cmmatch.programme.faults import FaultList
    >>> from cmmatch.programme.tables import from_frame
    >>> faults = FaultList()
    >>> frame = {"Employee ID": ["1"], "maxMentees": ["2"], "Pronouns": ["she"]}
    >>> table = from_frame(frame, "mentors", faults)
    >>> match_headings(table, "mentors", {}, faults)
    {'id': 'Employee ID', 'capacity': 'maxMentees'}
    """
    columns = columns_of(kind)
    names = tuple(dict.fromkeys([*(column.name for column in columns), *sorted(extra_names)]))
    search = _Search(table, kind, columns, names, _Report(table, kind, faults, config_name))
    search.take_renames(renames)
    search.take_names()
    search.take_survey_fallbacks()
    search.check()
    return {name: search.found[name] for name in names if name in search.found}


@dataclass(frozen=True)
class _Search:
    """The columns found so far; every step takes from what the steps before have left."""

    table: Table
    kind: str
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    report: _Report
    found: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    in_vain: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    @property
    def free(self) -> list[str]:
        """Headings that no column has, without those that a survey tool wrote."""
        own = self.used | self.table.metadata
        return [heading for heading in self.table.headings if heading not in own]

    def take(self, name: str, heading: str) -> None:
        self.found[name] = heading
        self.settled.add(name)
        self.used.add(heading)

    def take_renames(self, renames: Mapping[str, str]) -> None:
        for name, given in sorted(renames.items()):
            headings = _headings_named(self.table, given)
            if name not in self.names:
                self.report.unknown(name, self.names)
            elif len(headings) == 1:
                self.take(name, headings[0])
            elif given.strip() in self.table.dropped:
                self.in_vain.add(name)
            elif given.strip():
                self.report.rename(name, given, headings)
                self.in_vain.add(name)
            self.settled.add(name)

    def take_names(self) -> None:
        schema = {column.name for column in self.columns}
        for name in self.names:
            if name not in schema | self.settled and name in self.free:
                self.take(name, name)
        named, alike = self._sorted_headings()
        for name in self.names:
            if name not in self.settled:
                self._choose(name, named.get(name, []), alike.get(name, []))

    def _sorted_headings(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        names = {plain_heading(name): name for name in reversed(self.names)}
        other = {alias: column.name for column in self.columns for alias in column.aliases}
        named: dict[str, list[str]] = {}
        alike: dict[str, list[str]] = {}
        for heading in self.free:
            plain = plain_heading(heading)
            bare = _without_own_word(plain, self.kind)
            if plain in names:
                named.setdefault(names[plain], []).append(heading)
            elif name := other.get(plain) or names.get(bare) or other.get(bare):
                alike.setdefault(name, []).append(heading)
        return named, alike

    def _choose(self, name: str, named: list[str], alike: list[str]) -> None:
        headings = named or alike
        if headings:
            self.take(name, headings[0])
            self.used.update(named, alike)
        if len(headings) > 1:
            self.report.twice(name, headings)
        elif named and alike:
            self.report.outranked(name, named[0], alike)

    def take_survey_fallbacks(self) -> None:
        for name, heading in SURVEY_FALLBACK.items():
            wanted = name in self.names and name not in self.settled
            if wanted and heading in self.table.metadata and self.table.columns[heading].any():
                self.take(name, heading)

    def check(self) -> None:
        excused = self.in_vain | self._dropped() | ({"id"} if "email" in self.found else set())
        if self.kind == "pairs" and self._lists_exclusions():
            self.report.sides()
            excused |= {"mentee_id", "mentor_id"}
        for column in self.columns:
            if column.required and column.name not in self.found and column.name not in excused:
                self.report.missing(column, self.free)

    def _dropped(self) -> set[str]:
        """Columns that a heading may mean which stood more than once, a fault already."""
        plain = {plain_heading(heading) for heading in self.table.dropped}
        plain |= {_without_own_word(heading, self.kind) for heading in plain}
        return {
            column.name
            for column in self.columns
            if not plain.isdisjoint((plain_heading(column.name), *column.aliases))
        }

    def _lists_exclusions(self) -> bool:
        plain = {plain_heading(heading) for heading in self.free}
        return plain >= EXCLUSIONS and not {"mentee_id", "mentor_id"} & set(self.found)


def _headings_named(table: Table, given: str) -> list[str]:
    text = given.strip()
    if text in table.headings:
        return [text]
    asked = " ".join(text.split())
    return [
        heading
        for heading in table.headings
        if asked and " ".join(table.questions.get(heading, "").split()) == asked
    ]


def _without_own_word(plain: str, kind: str) -> str:
    for word in OWN_WORDS.get(kind, ()):
        if plain.startswith(word):
            return plain.removeprefix(word)
    return ""


@dataclass(frozen=True)
class _Report:
    """The sentences about headings."""

    table: Table
    kind: str
    faults: FaultList
    config_name: str

    def unknown(self, name: str, names: Sequence[str]) -> None:
        self.faults.add(
            "rename-unknown-column",
            table=self.config_name,
            column=f"columns.{self.kind}.{name}",
            problem=f"Only a column of {self.kind} can be renamed.",
            remedy=f"{did_you_mean(near_names(name, names))}"
            "'cmmatch schema' lists the columns; others are kept as they are.",
        )

    def rename(self, name: str, given: str, headings: Sequence[str]) -> None:
        questions = [each for each in self.table.questions.values() if each]
        near = near_names(given, [*self.table.headings, *questions])
        table, column = self.config_name, f"columns.{self.kind}.{name}"
        if headings:
            self.faults.add(
                "rename-unclear",
                table=table,
                column=column,
                value=given,
                problem=f"The question must stand over one column of {self.table.name}; "
                f"it stands over {', '.join(map(repr, headings))}.",
                remedy="Give the heading in row 1 instead of the question.",
            )
            return
        self.faults.add(
            "rename-heading-missing",
            table=table,
            column=column,
            value=given,
            problem=f"The heading must be in {self.table.name}.",
            remedy=f"{did_you_mean(near)}Write the heading as it stands in the file.",
        )

    def twice(self, name: str, headings: Sequence[str]) -> None:
        self.faults.add(
            "column-twice",
            table=self.table.name,
            column=headings[1],
            problem=f"One heading only must mean {name!r}; {' and '.join(map(repr, headings))} do.",
            remedy=f"Choose one in {self.config_name}: [columns.{self.kind}] "
            f"{name} = {headings[0]!r}.",
        )

    def missing(self, column: Column, free: Sequence[str]) -> None:
        spellings = [plain_heading(column.name), *column.aliases]
        near = [h for h in free if get_close_matches(plain_heading(h), spellings, n=1, cutoff=0.8)]
        self.faults.add(
            "column-missing",
            table=self.table.name,
            column=column.name,
            problem=f"The table of {self.kind} must have this column.",
            remedy=f"{did_you_mean(near[:2])}Add it, or name its heading in {self.config_name}: "
            f'[columns.{self.kind}] {column.name} = "...".',
        )

    def sides(self) -> None:
        self.faults.add(
            "pairs-sides-unclear",
            table=self.table.name,
            problem="A table of pairs must say who is the mentor and who the mentee; a list of "
            "exclusions with 'email' and 'should_match_with' does not.",
            remedy="Write the columns mentee_id, mentor_id and kind, with 'forbid' for who must "
            "not meet. If the mentee always stands in 'email', set in "
            f"{self.config_name}: [columns.pairs] mentee_id = 'email', "
            "mentor_id = 'should_match_with' and [pairs] kind = 'forbid'.",
        )

    def outranked(self, name: str, taken: str, others: Sequence[str]) -> None:
        for heading in others:
            self.faults.add(
                "heading-outranked",
                table=self.table.name,
                column=heading,
                problem=f"It may mean {name!r}, but {taken!r} is taken for that.",
                remedy=f"If it is the right one, say so in {self.config_name}: "
                f"[columns.{self.kind}] {name} = {heading!r}.",
                note=True,
            )
