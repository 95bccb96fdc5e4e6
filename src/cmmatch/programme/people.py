"""Mentors and mentees: frozen columns as read-only arrays, in the order given."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.errors import UnknownPerson
from cmmatch.programme.labels import composed, folded
from cmmatch.programme.spelling import near_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "TRAITS",
    "Mentees",
    "Mentors",
    "People",
    "TableRows",
    "Terms",
    "mentee_demand",
    "mentor_places",
    "texts",
]

NEAR = 3
"""Ids that are offered, at most, for one that nobody has."""

TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


def texts(values: Iterable[str]) -> NDArray[np.object_]:
    """Make a read-only array of texts; "" stands for a blank cell."""
    given = list(values)
    array = np.empty(len(given), dtype=object)
    array[:] = given
    array.flags.writeable = False
    return array


def _freeze(instance: object) -> None:
    for each in fields(instance):  # type: ignore[arg-type]
        value = getattr(instance, each.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Terms:
    """Lists of words per person (skills, wishes, goals, languages) as one ragged array.

    Parameters
    ----------
    labels : tuple of str, length V
        The distinct spellings as written, sorted; blanks at the ends and doubled blanks removed.
    start : int64, shape (n + 1,)
        Person ``i`` has the entries ``start[i]:start[i + 1]``, sorted by ``term``, no term twice.
    term : int32, shape (T,)
        Position in ``labels``.
    level : float64, shape (T,)
        1 to 5, NaN where none was given.
    must : bool, shape (T,)
        Whether the person marked it with ``!``.
    """

    labels: tuple[str, ...]
    start: NDArray[np.int64]
    term: NDArray[np.int32]
    level: NDArray[np.float64]
    must: NDArray[np.bool_]

    def __post_init__(self) -> None:
        _freeze(self)

    @classmethod
    def from_lists(cls, lists: Sequence[Sequence[tuple[str, float, bool]]]) -> Terms:
        """Build from one list of (label, level or NaN, must) for each person."""
        labels = tuple(sorted({label for each in lists for label, _, _ in each}))
        position = {label: k for k, label in enumerate(labels)}
        rows = [
            sorted((position[label], level, must) for label, level, must in each) for each in lists
        ]
        flat = [entry for row in rows for entry in row]
        return cls(
            labels,
            np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64),
            np.array([term for term, _, _ in flat], dtype=np.int32),
            np.array([level for _, level, _ in flat], dtype=np.float64),
            np.array([must for _, _, must in flat], dtype=np.bool_),
        )

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many entries each person has, shape (n,)."""
        return np.diff(self.start)

    def of(self, person: int) -> tuple[str, ...]:
        """Return the labels of one person, sorted."""
        here = slice(self.start[person], self.start[person + 1])
        return tuple(self.labels[term] for term in self.term[here])

    def entries(self, person: int) -> list[tuple[str, float, bool]]:
        """Return label, level and must of each entry of one person, as ``from_lists`` takes them.

        Examples
        --------
        >>> Terms.from_lists([[("sql", 4.0, False)], []]).entries(0)
        [('sql', 4.0, False)]
        """
        here = slice(self.start[person], self.start[person + 1])
        return list(
            zip(self.of(person), self.level[here].tolist(), self.must[here].tolist(), strict=True)
        )


@dataclass(frozen=True, eq=False)
class TableRows:
    """Where the cells of people stand, for messages.

    Parameters
    ----------
    table : str
        The file's name, or ``mentors`` and the like for a frame.
    row : int64, shape (n,)
        Row of each person as the spreadsheet numbers it; of a frame, from 0.
    heading : mapping of str to str
        The heading in the file for each column of the schema that is there.
    """

    table: str
    row: NDArray[np.int64]
    heading: Mapping[str, str]

    def __post_init__(self) -> None:
        _freeze(self)

    def column(self, name: str) -> str:
        """Name a column as a person would point at it: table and heading."""
        return f"{self.table}, column {self.heading.get(name, name)!r}"

    def cell(self, person: int, name: str) -> str:
        """Name a cell as a person would point at it: table, row and heading."""
        heading = self.heading.get(name, name)
        return f"{self.table}, row {self.row[person]}, column {heading!r}"


@dataclass(frozen=True, eq=False)
class People:
    """What mentors and mentees have in common; every array has one entry a person.

    Text columns hold "" for a blank; numbers hold NaN; nothing is guessed.

    Parameters
    ----------
    ids : object array of str, shape (n,)
        Unique labels, in the order given.
    name, email, department, team, location, grade, manager_id, appraiser_id, timezone, statement, \
meeting_mode : object arrays of str, shape (n,)
        As given; ``email`` is case-folded; ``manager_id`` and ``appraiser_id`` are put together
        over all tables and resolved to ids where an e-mail was given.
    status : object array of str, shape (n,)
        ``active``, ``paused`` or ``left``.
    languages, goals : Terms
        Lists without levels.
    skills : Terms
        Held now, with levels where given.
    free : bool, shape (n, 672)
        Weekly free time in the person's own zone: quarter-hours from Monday 00:00; all False where
        unknown.
    free_known : bool, shape (n,)
        Whether availability was given.
    years_experience : float64, shape (n,)
        Years, >= 0.
    waiting_since : datetime64[D], shape (n,)
        NaT where not given.
    traits : float64, shape (n, 5)
        In the order of ``TRAITS``, each scaled to 0..1; NaN where unknown or without consent.
    trait_reliability : float64, shape (n, 5)
        How far each trait can be trusted, 0..1: the share of its variance that is not error; NaN
        where the trait is.
    extra : mapping of str to object array of str
        Every other column of the table, by its heading, as text.
    ratings : mapping of str to float64, shape (n,)
        Rating columns that the settings name, scaled to 0..1, reversed ones turned; NaN for a
        blank.
    rows : TableRows
        Where all this was read.
    """

    ids: NDArray[np.object_]
    name: NDArray[np.object_]
    email: NDArray[np.object_]
    status: NDArray[np.object_]
    department: NDArray[np.object_]
    team: NDArray[np.object_]
    location: NDArray[np.object_]
    grade: NDArray[np.object_]
    manager_id: NDArray[np.object_]
    appraiser_id: NDArray[np.object_]
    timezone: NDArray[np.object_]
    statement: NDArray[np.object_]
    meeting_mode: NDArray[np.object_]
    languages: Terms
    goals: Terms
    skills: Terms
    free: NDArray[np.bool_]
    free_known: NDArray[np.bool_]
    years_experience: NDArray[np.float64]
    waiting_since: NDArray[np.datetime64]
    traits: NDArray[np.float64]
    trait_reliability: NDArray[np.float64]
    extra: Mapping[str, NDArray[np.object_]]
    ratings: Mapping[str, NDArray[np.float64]]
    rows: TableRows

    def __post_init__(self) -> None:
        _freeze(self)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Position of each id."""
        return {label: k for k, label in enumerate(self.ids)}

    def find(self, given: str, *, role: str) -> int:
        """Return the position of an id that somebody typed.

        Parameters
        ----------
        given : str
            The id.
        role : str
            What a person of this side is called, for the message.

        Raises
        ------
        UnknownPerson
            Nobody has the id; the message gives the ids of those who have it as a name, or near
            spellings.
        """
        found = self.position.get(composed(given))
        if found is not None:
            return found
        name = folded(given)
        named = sorted(self.ids[k] for k, each in enumerate(self.name) if folded(each) == name)
        near = near_names(given, self.position, most=NEAR, cutoff=0.6)
        raise UnknownPerson(given, role=role, near=near, named=named[:NEAR] if name else ())

    def column(self, name: str) -> NDArray[np.object_] | None:
        """Return a text column by its name, of the schema or extra; ``None`` if there is none."""
        value: Any = getattr(self, name, None)
        if isinstance(value, np.ndarray) and value.dtype == object:
            return value
        return self.extra.get(composed(name))


@dataclass(frozen=True, eq=False)
class Mentors(People):
    """Those who teach.

    Parameters
    ----------
    goals_achieved : Terms
        Goals that the mentor has reached, without levels.
    capacity : int64, shape (M,)
        Places as given, >= 0; :attr:`Programme.places` also reckons with hours.
    min_mentees : int64, shape (M,)
        Least load if the programme is to run with this mentor, >= 0.
    hours_per_month : float64, shape (M,)
        NaN where not given.
    consent_identity : bool, shape (M,)
        Whether what the mentor states may be compared at a mentee's request; False for a blank.
    """

    goals_achieved: Terms
    capacity: NDArray[np.int64]
    min_mentees: NDArray[np.int64]
    hours_per_month: NDArray[np.float64]
    consent_identity: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Mentees(People):
    """Those who learn.

    Parameters
    ----------
    skills_wanted : Terms
        With the level wanted and ``must`` where given.
    demand : int64, shape (N,)
        Mentors wanted, >= 0.
    wants_mentor_like_me : Terms
        Columns in which the mentee asks for a mentor of the same, as ``[identity]`` spells them.
    """

    skills_wanted: Terms
    demand: NDArray[np.int64]
    wants_mentor_like_me: Terms


def mentor_places(mentors: Mentors, *, hours_per_pair: float) -> NDArray[np.int64]:
    """Places of each mentor, shape (M,): the smaller of ``capacity`` and what the hours allow.

    The hours allow ``hours_per_month / hours_per_pair`` pairs, rounded down. Somebody who is paused
    or has left has no place.
    """
    hours = mentors.hours_per_month / hours_per_pair
    # A hair of tolerance: 6.6 hours at 2.2 a pair are three places, whatever the last bit says.
    by_hours = np.where(np.isnan(hours), np.inf, np.floor(hours + 1e-9))
    places = np.minimum(mentors.capacity, by_hours)
    places = np.where(mentors.status == "active", places, 0).astype(np.int64)
    places.flags.writeable = False
    return places


def least_load(mentors: Mentors) -> NDArray[np.int64]:
    """Least load of each mentor, shape (M,): ``min_mentees``, and 0 where paused or left."""
    least = np.where(mentors.status == "active", mentors.min_mentees, 0).astype(np.int64)
    least.flags.writeable = False
    return least


def mentee_demand(mentees: Mentees) -> NDArray[np.int64]:
    """Mentors wanted by each mentee, shape (N,); nobody who is paused or has left wants one."""
    demand = np.where(mentees.status == "active", mentees.demand, 0).astype(np.int64)
    demand.flags.writeable = False
    return demand
