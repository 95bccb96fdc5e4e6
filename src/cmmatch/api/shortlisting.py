"""shortlist(): for each mentee the best eligible mentors to choose from, spread over many."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from itertools import islice
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch import display
from cmmatch.api.earlier_wishes import earlier_ranks, wished_before
from cmmatch.api.matching import required_pairs
from cmmatch.api.reading import late_faults
from cmmatch.api.unlisted import Unlisted, unlisted
from cmmatch.assignment.listing import fairest_lists, least_spread, room_on_lists
from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.scorer import Scorer
from cmmatch.errors import ModelError
from cmmatch.programme.relations import OWN, REQUIRING, WISHING
from cmmatch.report.files import write_all
from cmmatch.report.handout import Block, Entry, render_handout
from cmmatch.report.sheets import to_csv

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = ["Listed", "Shortlist", "Unlisted", "shortlist"]

SIZE = 5
"""Names on a list: enough to choose from, few enough to read."""

SENTENCES = 2
"""Components that a reason speaks of, those that count most."""

NO_REASON = "No reason in the answers given."


@dataclass(frozen=True)
class Listed:
    """One name on one list.

    ``score`` in 0..1 is for those who run the programme; ``rank`` is what the mentee gave earlier.
    """

    mentee_id: str
    mentee: str
    mentor_id: str
    mentor: str
    score: float
    reason: str
    rank: int | None = None


def shortlist(
    programme: Programme,
    *,
    size: int = SIZE,
    spread: float | None = None,
    scorer: Scorer | None = None,
    progress: Progress | None = None,
) -> Shortlist:
    """Draw up for each mentee a list of the best eligible mentors, to be ranked or declined.

    Lists are as evenly long as the rules and the spread allow, then their total score is highest;
    see :func:`cmmatch.assignment.listing.fairest_lists`. Required pairs are decided already: they
    stand on no list and take up their places. Wishes of others than the mentee do not count here,
    so that nobody can read them off a list; hard rules hold as in :func:`cmmatch.match`.

    Parameters
    ----------
    programme : Programme
        Whom to draw from.
    size : int, default 5
        Names on a list, >= 1.
    spread : float, optional
        A mentor stands on at most ``floor(spread * free places)`` lists, >= 1. Left out, ``size``:
        then a mentor with one place is looked at by no more mentees than a mentee looks at mentors,
        just enough to fill all lists where there are as many places as mentees.
    scorer : Scorer, optional
        Own components, weights or rules; left out, the programme's settings decide.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Raises
    ------
    ModelError
        ``size`` is no whole number >= 1, or ``spread`` no finite number >= 1.
    InputFaults
        A weight, a rule or a required pair contradicts the programme.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> programme = Programme.from_frames(
    ...     mentors={"id": ["max", "eva"], "skills": ["python", "negotiation"]},
    ...     mentees={"id": ["ann"], "skills_wanted": ["python"]},
    ... )
    >>> for name in shortlist(programme, size=1).listed:
    ...     print(name.mentee_id, name.mentor_id, name.reason)
    ann max Can teach the skill wanted: python.
    """
    multiple = _checked(size, spread)
    late_faults(programme).raise_if_any()
    public = _without_private_wishes(programme)
    scored = (scorer or Scorer.for_programme(programme)).prepare(public)
    candidates = Candidates.from_source(
        scored, min_score=programme.config.quality.min_score, progress=progress
    )
    wanted, places = _open(programme)
    most = np.array([int(multiple * int(free)) for free in places], dtype=np.int64)
    lists = fairest_lists(
        candidates,
        size=np.where(wanted > 0, size, 0).astype(np.int64),
        most=np.minimum(most, scored.shape[0]),
        without=required_pairs(programme),
        seed=programme.config.programme.seed,
        progress=progress,
    )
    return Shortlist(scored, candidates, lists, int(size), float(multiple), most)


def _checked(size: int, spread: float | None) -> Decimal:
    """Return the spread as it is written, so that 1.15 times 20 is 23."""
    if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
        message = f"'size' must be a whole number from 1; given {size!r}."
        raise ModelError(message)
    given = size if spread is None else spread
    if not isinstance(given, Real) or not math.isfinite(given) or given < 1:
        message = (
            f"'spread' must be a number from 1, or there are places that nobody can choose; "
            f"given {given!r}."
        )
        raise ModelError(message)
    return Decimal(repr(float(given)))


def _without_private_wishes(programme: Programme) -> Programme:
    requests = programme.requests
    wish = np.isin(requests.kind, WISHING)
    own = np.isin(requests.by, OWN)
    return programme.replace(requests=requests.only(~wish | own))


def _open(programme: Programme) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many each mentee still wants, and can still be taken by each mentor."""
    decided = programme.requests.pairs(*REQUIRING)
    wanted = programme.demand - np.bincount(decided[:, 0], minlength=len(programme.demand))
    places = programme.places - np.bincount(decided[:, 1], minlength=len(programme.places))
    return np.maximum(wanted, 0), np.maximum(places, 0)


def _names(kind: type[Listed | Unlisted]) -> list[str]:
    return [each.name for each in fields(kind)]


@dataclass(frozen=True, eq=False)
class Shortlist:
    """What :func:`cmmatch.shortlist` drew up.

    Parameters
    ----------
    scored : ScoredProgramme
        The programme, without wishes of others than the mentees, and its scores.
    candidates : Candidates
        The pairs that could stand on a list.
    lists : Matching
        Every name on every list.
    size : int
        Names asked for on each list.
    spread : float
        Lists a mentor may stand on, for each free place.
    most : int64, shape (M,)
        Lists that each mentor may stand on.
    """

    scored: ScoredProgramme
    candidates: Candidates
    lists: Matching
    size: int
    spread: float
    most: NDArray[np.int64]

    @property
    def programme(self) -> Programme:
        """Whom it was drawn from."""
        return self.scored.programme

    @cached_property
    def listed(self) -> tuple[Listed, ...]:
        """Every name on every list, sorted by mentee id, then by the mentor's name and id.

        The order within a list suggests nothing and tells nothing of the score.
        """
        mentee, mentor = self.lists.mentee, self.lists.mentor
        values = self.scored.values(mentee, mentor)
        units = self.scored.pairs(mentee, mentor)
        found = [
            self._listed((int(mentee[k]), int(mentor[k])), values[k], int(units[k]))
            for k in range(len(mentee))
        ]
        return tuple(
            sorted(found, key=lambda e: (e.mentee_id, e.mentor or e.mentor_id, e.mentor_id))
        )

    @cached_property
    def _ranks(self) -> dict[tuple[int, int], int]:
        pairs = zip(self.lists.mentee.tolist(), self.lists.mentor.tolist(), strict=True)
        return earlier_ranks(self.programme.requests, pairs)

    def _listed(self, pair: tuple[int, int], values: NDArray[np.float64], units: int) -> Listed:
        mentees, mentors, (mentee, mentor) = self.programme.mentees, self.programme.mentors, pair
        return Listed(
            mentees.ids[mentee],
            mentees.name[mentee],
            mentors.ids[mentor],
            mentors.name[mentor],
            self.candidates.to_score(units),
            self._reason(mentee, mentor, values),
            self._ranks.get(pair),
        )

    def _reason(self, mentee: int, mentor: int, values: NDArray[np.float64]) -> str:
        """Join what speaks for the pair, from the components that count most here."""
        names, worth = self.scored.names, self.scored.weights * np.nan_to_num(values)
        best = sorted(np.flatnonzero(worth > 0).tolist(), key=lambda k: (-worth[k], k))
        told = (self.scored.recommendation(mentee, mentor, names[k]) for k in best)
        return " ".join(islice(filter(None, told), SENTENCES)) or NO_REASON

    @cached_property
    def choosing(self) -> NDArray[np.bool_]:
        """Mentees who want somebody beyond those required, shape (N,)."""
        return _open(self.programme)[0] > 0

    @cached_property
    def unlisted(self) -> tuple[Unlisted, ...]:
        """Every mentee with fewer names than asked for, and why, sorted by id.

        It tells which rules refuse whom, vetoes among them: not for mentees to read.
        """
        return unlisted(self)

    @cached_property
    def wished(self) -> NDArray[np.bool_]:
        """Mentees with a list who have wishes already, shape (N,)."""
        people = len(self.programme.mentees)
        return self.choosing & wished_before(self.programme.requests, people)

    @cached_property
    def advice(self) -> str:
        """One line where the places leave no room for full lists, and what would; else ""."""
        lists, free = int(self.choosing.sum()), _open(self.programme)[1]
        room, asked = room_on_lists(self.most, lists), lists * self.size
        if room >= asked:
            return ""
        enough = least_spread(free, lists=lists, size=self.size)
        if enough is None:
            people = int((free > 0).sum())
            return (
                f"Lists of {self.size} ask for {self.size} {self.programme.config.roles.mentors} "
                f"with a free place; there {'is' if people == 1 else 'are'} {people}."
            )
        # Rounded down: a room that falls short must not look like enough.
        names = math.floor(10 * room / lists) / 10
        return (
            f"Fewer places than lists ask for: about {names:g} names each; --spread {enough} would "
            f"allow {self.size}, as far as the rules do."
        )

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each mentee and mentor: ids, names, score and reason."""
        import pandas as pd

        return pd.DataFrame(
            {name: [getattr(each, name) for each in self.listed] for name in _names(Listed)}
        )

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The figures, as plain values in a fixed order."""
        loads = self.lists.mentee_load[self.choosing].tolist()
        return {
            "programme": self.programme.config.programme.name,
            "size": self.size,
            "spread": self.spread,
            "lists": len(loads),
            "full": sum(load == self.size for load in loads),
            "shorter": sum(0 < load < self.size for load in loads),
            "empty": sum(load == 0 for load in loads),
            "names": len(self.lists),
            "mentors_named": int((self.lists.mentor_load > 0).sum()),
            "most_lists_of_one_mentor": int(self.lists.mentor_load.max(initial=0)),
            "wished_already": int(self.wished.sum()),
            "advice": self.advice,
        }

    def to_html(self) -> str:
        """Return the page to hand out: a block for each mentee who wants somebody."""
        entries: dict[str, list[Entry]] = {}
        for each in self.listed:
            entries.setdefault(each.mentee_id, []).append(
                Entry(each.mentor_id, each.mentor, each.reason, each.rank)
            )
        people = self.programme.mentees
        order = sorted(np.flatnonzero(self.choosing).tolist(), key=lambda i: people.ids[i])
        blocks = tuple(
            Block(
                people.ids[i],
                people.name[i],
                tuple(entries.get(people.ids[i], ())),
                wished=bool(self.wished[i]),
            )
            for i in order
        )
        config = self.programme.config
        return render_handout(config.programme.name, config.roles, blocks)

    def write(self, folder: str | PathLike[str]) -> tuple[Path, ...]:
        """Write shortlist.csv, shortlist.html and unlisted.csv: all files or none.

        Raises
        ------
        OutputRefused
            The folder holds the inputs, or cannot be written to.
        """
        names = ("mentee_id", "mentee", "mentor_id", "mentor")
        sheet: dict[str, list[object]] = {
            name: [getattr(each, name) for each in self.listed] for name in names
        }
        sheet["rank"] = [each.rank for each in self.listed]
        sheet["decline"] = [None] * len(self.listed)
        sheet["reason"] = [each.reason for each in self.listed]
        rest = {name: [getattr(each, name) for each in self.unlisted] for name in _names(Unlisted)}
        contents = {
            "shortlist.csv": to_csv(sheet, text=["mentee", "mentor", "reason"]),
            "shortlist.html": self.to_html().encode(),
            "unlisted.csv": to_csv(rest, text=["mentee", "reason", "detail"]),
        }
        inputs = [each.path for each in self.programme.inputs]
        return write_all(Path(folder), contents, inputs=inputs)

    def __repr__(self) -> str:
        return f"Shortlist({len(self.lists)} names, size {self.size}, spread {self.spread:g})"

    def _repr_html_(self) -> str:
        roles = self.programme.config.roles
        rows = [
            (each.mentee or each.mentee_id, each.mentor or each.mentor_id, each.reason)
            for each in self.listed
        ]
        caption = f"{self.programme.config.programme.name}: {len(rows)} names"
        return display.small_table((roles.mentee, roles.mentor, "reason"), rows, caption=caption)
