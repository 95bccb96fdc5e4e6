"""No two people would both rather have each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.blocking import blocking_pairs
from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.constraints.capacity import MenteeDemand, MentorCapacity
from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.assignment.constraints.rows import refuse
from cmmatch.assignment.constraints.stability_rows import StabilityRows
from cmmatch.assignment.levels import Levels, possible_pairs

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Stable"]


@dataclass(frozen=True, eq=False)
class Stable:
    """At most so many pairs block: of no others would both people rather have each other.

    For a coordinator: nobody finds somebody they would rather have, and who would rather have them.
    A candidate pair (i, j) *blocks* if it is not made, and

    * mentee i has fewer than ``demand[i]`` mentors, or values j above one of theirs, and
    * mentor j has fewer than ``places[j]`` mentees, or values i above one of theirs.

    Above is strict: equals do not block (weak stability), so stable matchings differ in size and in
    total score; objectives choose among them. Places and demand are kept, too.

    Parameters
    ----------
    candidates : Candidates
        All eligible pairs, P of them: those of the model. A pair that another rule forbids blocks
        all the same; leave it out of the candidates if it should not.
    places : int or array of int, shape (M,)
        Places of each mentor, >= 0; one number stands for all.
    demand : int or array of int, shape (N,), default 1
        Mentors wanted by each mentee, >= 0; one number stands for all.
    blocking : int, default 0
        Pairs that may block, >= 0; 0 is a stable matching.
    mentee_value, mentor_value : array of numbers, shape (P,), optional
        What a pair is worth to its mentee, and to its mentor; higher is better; aligned with the
        candidates. Left out, the exact score of the pair for both.
    name : str, default "stable"
        Named in every message about the rule.

    Raises
    ------
    ModelError
        ``blocking``, places or demand are negative or not whole, values do not fit the candidates,
        or only some pairs of each mentee were kept: any other pair could block. When written: the
        model has other candidates.

    See Also
    --------
    cmmatch.deferred_acceptance : Finds one stable matching at once, but not the largest or best.

    Notes
    -----
    A stable matching always exists, but the largest, or the best by score, is hard to find where
    values tie [1]_: it is solved as an integer programme, written down in
    :mod:`cmmatch.assignment.constraints.stability_rows`. Pairs that no such matching makes are left
    out first: with one score for both sides and few ties, nearly all.

    With values all different every stable matching has the same size, and serves the same people;
    with one score for both it is unique, and greedy choice of the best pair finds it.

    References
    ----------
    .. [1] D. F. Manlove, R. W. Irving, K. Iwama, S. Miyazaki, Y. Morita (2002). Hard Variants of
       Stable Marriage. Theoretical Computer Science 276, 261-279.
       doi:10.1016/S0304-3975(01)00206-7

    Examples
    --------
    Mentee 0 is as good for mentor 0 as mentee 1 is; only one choice serves both.

    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> nan = float("nan")
    >>> candidates = Candidates.from_matrix([[0.9, 0.5], [0.9, nan]])
    >>> rule = constraints.Stable(candidates, places=1)
    >>> solve(Model(candidates, [rule], [objectives.MostMatched()])).matching.pairs
    (('0', '1'), ('1', '0'))

    Without the rule the total can be higher, and somebody would rather.

    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rule = constraints.Stable(candidates, places=1)
    >>> solve(Model(candidates, [rule], [objectives.TotalScore()])).matching.pairs
    (('0', '0'), ('1', '1'))
    """

    candidates: Candidates
    places: ArrayLike
    demand: ArrayLike = 1
    blocking: int = 0
    mentee_value: ArrayLike | None = None
    mentor_value: ArrayLike | None = None
    name: str = "stable"

    def __post_init__(self) -> None:
        allowed = self.blocking
        if isinstance(allowed, bool) or not isinstance(allowed, int | np.integer) or allowed < 0:
            refuse(self.name, [f"'blocking' must be a whole number >= 0; given {allowed!r}."])
        if self.candidates.keep is not None:
            fault = (
                f"any eligible pair may block, and only the best {self.candidates.keep} of each "
                "mentee were kept. Take candidates without 'keep'."
            )
            refuse(self.name, [fault])
        for side in ("mentee", "mentor"):
            self._value(side)
        builder = FormBuilder(self.candidates)
        for bounds in self._bounds:
            bounds.write(builder)

    def write(self, form: FormBuilder) -> None:
        """Bound the pairs of each person, and write a row for each pair that may matter."""
        self._check_candidates(form.candidates)
        for bounds in self._bounds:
            bounds.write(form)
        mentee, mentor = (getattr(self.candidates, side) for side in ("mentee", "mentor"))
        demand, places = self._room
        room = (demand[mentee], places[mentor])
        values = self._value("mentee"), self._value("mentor")
        everything = Levels.of(mentee, values[0]), Levels.of(mentor, values[1])
        left = possible_pairs(everything, room, blocking=self.blocking)
        form.leave_out(mentee[~left], mentor[~left])
        if not left.any():
            return
        StabilityRows(
            form,
            self.name,
            mentee[left].astype(np.int64),
            mentor[left].astype(np.int64),
            (Levels.of(mentee[left], values[0][left]), Levels.of(mentor[left], values[1][left])),
            (room[0][left], room[1][left]),
            int(self.blocking),
        ).write()

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Name who has too many, and the pairs that block if they are too many."""
        found = [each for bounds in self._bounds for each in bounds.violations(matching)]
        strange = self.candidates.index(matching.mentee, matching.mentor) < 0
        if strange.any():
            pairs = matching.pairs
            found += [
                Violation(self.name, f"{pairs[k][0]} with {pairs[k][1]} is no candidate.")
                for k in np.flatnonzero(strange)
            ]
            return tuple(found)
        demand, places = self._room
        blocked = blocking_pairs(
            self.candidates,
            matching,
            places=places,
            demand=demand,
            mentee_value=self.mentee_value,
            mentor_value=self.mentor_value,
        )
        if len(blocked) > self.blocking:
            mentee = matching.mentee_ids[self.candidates.mentee[blocked]]
            mentor = matching.mentor_ids[self.candidates.mentor[blocked]]
            found += [
                Violation(self.name, f"{i} and {j} would both rather have each other.", 1)
                for i, j in zip(mentee, mentor, strict=True)
            ]
        return tuple(found)

    @property
    def _bounds(self) -> tuple[MenteeDemand, MentorCapacity]:
        return (
            MenteeDemand(self.demand, name=self.name),
            MentorCapacity(self.places, name=self.name),
        )

    @property
    def _room(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the demand of each mentee and the places of each mentor."""
        n, m = self.candidates.shape
        return (
            np.broadcast_to(np.asarray(self.demand, dtype=np.int64), (n,)),
            np.broadcast_to(np.asarray(self.places, dtype=np.int64), (m,)),
        )

    def _value(self, side: str) -> NDArray[Any]:
        """Return what each pair is worth to one side."""
        given = getattr(self, f"{side}_value")
        value = self.candidates.score if given is None else np.asarray(given)
        fits = value.shape == (len(self.candidates),) and value.dtype.kind in "iuf"
        if not fits or bool(np.isnan(value).any()):
            fault = (
                f"'{side}_value' must be one number for each of the {len(self.candidates)} "
                f"candidates, none of them NaN; given {value.dtype} of shape {value.shape}."
            )
            refuse(self.name, [fault])
        return value

    def _check_candidates(self, candidates: Candidates) -> None:
        own = self.candidates
        if candidates is own:
            return
        same = (
            candidates.keep is None
            and np.array_equal(candidates.mentee, own.mentee)
            and np.array_equal(candidates.mentor, own.mentor)
            and np.array_equal(candidates.source.mentee_ids, own.source.mentee_ids)
            and np.array_equal(candidates.source.mentor_ids, own.source.mentor_ids)
        )
        if not same:
            fault = (
                f"the model must have the candidates that the rule is about, {len(own)} pairs; "
                f"it has {len(candidates)}, other ones. Give both the same."
            )
            refuse(self.name, [fault])
