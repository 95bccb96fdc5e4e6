"""What a lottery must keep: people's bounds and limits as sets of pairs, in canonical order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.circulation import Circulation
from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.assignment.laminar import bihierarchy
from cmmatch.errors import ModelError, SolverDisagreement
from cmmatch.programme.order import canonical_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.constraints.constraint import Constraint
    from cmmatch.assignment.laminar import PairLimit
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["LotteryRules"]


@dataclass(frozen=True, eq=False)
class LotteryRules:
    """Sets of pairs with bounds: N mentees', M mentors', then the limits by name.

    Parameters
    ----------
    degrees : tuple of Constraint
        Bounds on what each person has.
    limits : tuple of PairLimit
        Sorted by name.
    column : int, shape (P,)
        Which candidate each pair of the circulation is: canonical order, so that the solver gets
        the same arrays whatever the order of rows.
    incidence : sparse matrix, shape (S, P)
        Which pairs each set holds, in that order.
    lower, upper : int64, shape (S,)
        Bounds on the pairs of each set.
    names : tuple of str, length S
        For messages.
    circulation : Circulation
        The same in units of one over the denominator.
    denominator : int
        Of the caps.
    """

    degrees: tuple[Constraint, ...]
    limits: tuple[PairLimit, ...]
    column: NDArray[np.intp]
    incidence: Any
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    names: tuple[str, ...]
    circulation: Circulation
    denominator: int

    @classmethod
    def of(
        cls,
        candidates: Candidates,
        degrees: tuple[Constraint, ...],
        limits: tuple[PairLimit, ...],
        *,
        caps: tuple[NDArray[np.int64], int],
        seed: int,
    ) -> LotteryRules:
        """Put everything into canonical order.

        Raises
        ------
        ModelError
            Two limits share a name, or the sets do not part into two families.
        """
        _check_names(limits)
        source = candidates.source
        lines = [canonical_order(ids, seed=seed) for ids in (source.mentee_ids, source.mentor_ids)]
        new = [np.argsort(line) for line in lines]
        mentee, mentor = new[0][candidates.mentee], new[1][candidates.mentor]
        column = np.lexsort((mentor, mentee))
        place = np.empty_like(column)
        place[column] = np.arange(len(column))
        members = [place[limit.positions(candidates)] for limit in limits]
        incidence = _incidence((mentee[column], mentor[column]), candidates.shape, members)
        names = (
            *(f"pairs of mentee {source.mentee_ids[k]}" for k in lines[0]),
            *(f"pairs of mentor {source.mentor_ids[k]}" for k in lines[1]),
            *(f"limit {limit.name!r}" for limit in limits),
        )
        size = np.asarray(incidence.sum(axis=1)).ravel()
        lower, upper = _bounds(candidates, degrees, limits, lines, size)
        cap, denominator = caps
        circulation = Circulation.of(
            bihierarchy(incidence, names, people=sum(candidates.shape)),
            cap=cap[column],
            # A least number beyond the size of a set cannot be kept, however far beyond it is.
            lower=np.minimum(lower, size + 1) * denominator,
            upper=np.minimum(upper, size) * denominator,
        )
        return cls(
            degrees, limits, column, incidence, lower, upper, names, circulation, denominator
        )

    def obstacles(self, missing: NDArray[np.int64], keep: int | None) -> tuple[str, ...]:
        """Say whose least numbers fail, and by how much."""
        filled = self.circulation.lower[self.circulation.pairs : -1] - missing
        said = sorted(
            f"{self.names[k]}: at least {self.lower[k]} must be made, but where as few as can be "
            f"are missed, caps and other bounds leave {Fraction(int(filled[k]), self.denominator)}."
            for k in np.flatnonzero(missing)
        )
        if keep is not None:
            said.append(
                f"Only the best {keep} pairs of each mentee were looked at; keep more, or all."
            )
        return tuple(said)

    def verify(self, flow: NDArray[np.int64]) -> None:
        """Recount caps and bounds on the chances, by code that has not seen the solver.

        Raises
        ------
        SolverDisagreement
            A chance is above its cap, or a mean outside of its bounds.
        """
        chance = flow[: self.circulation.pairs]
        cap = self.circulation.upper[: self.circulation.pairs]
        total = self.incidence @ chance
        outside = total < self.lower * self.denominator
        outside |= total > np.minimum(self.upper, len(chance)) * self.denominator
        if outside.any() or (chance < 0).any() or (chance > cap).any():
            broken = [self.names[k] for k in np.flatnonzero(outside)[:5]] or ["a cap"]
            message = f"The solver's chances break bounds: {', '.join(broken)}."
            raise SolverDisagreement(message)
        if int(chance.sum()) != int(flow[-1]):
            message = f"The solver counts {flow[-1]} shares of pairs, their sum is {chance.sum()}."
            raise SolverDisagreement(message)

    def violations(self, matching: Matching, candidates: Candidates) -> tuple[Violation, ...]:
        """Recount everybody's pairs and every limit on a matching."""
        found = [each for rule in self.degrees for each in rule.violations(matching)]
        position = candidates.index(matching.mentee, matching.mentor)
        found += [
            Violation("candidates", f"{' with '.join(matching.pairs[k])} is not among them.")
            for k in np.flatnonzero(position < 0)
        ]
        made = np.zeros(len(candidates), dtype=np.int64)
        made[position[position >= 0]] = 1
        for limit in self.limits:
            count = int(made[limit.positions(candidates)].sum())
            most = count if limit.at_most is None else limit.at_most
            if not limit.at_least <= count <= most:
                found.append(Violation(limit.name, f"{count} of its pairs are made."))
        return tuple(found)


def _check_names(limits: tuple[PairLimit, ...]) -> None:
    twice = sorted(name for name, n in Counter(limit.name for limit in limits).items() if n > 1)
    if twice:
        message = f"Limits must have different names; given twice: {', '.join(twice)}."
        raise ModelError(message)


def _incidence(
    people: tuple[NDArray[np.intp], NDArray[np.intp]],
    shape: tuple[int, int],
    members: list[NDArray[np.intp]],
) -> Any:
    """Return which pairs each set holds: mentees', mentors', limits'."""
    from scipy.sparse import csr_array

    n, m = shape
    pairs = np.arange(len(people[0]))
    limited = [np.full(len(each), n + m + k) for k, each in enumerate(members)]
    rows = np.concatenate([people[0], n + people[1], *limited])
    columns = np.concatenate([pairs, pairs, *members])
    ones = np.ones(len(rows), np.int64)
    return csr_array((ones, (rows, columns)), shape=(n + m + len(members), len(pairs)))


def _bounds(
    candidates: Candidates,
    degrees: tuple[Constraint, ...],
    limits: tuple[PairLimit, ...],
    lines: list[NDArray[np.intp]],
    size: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    bounds = FormBuilder(candidates)
    for rule in degrees:
        rule.write(bounds)
    most = [
        size[k - len(limits)] if limit.at_most is None else limit.at_most
        for k, limit in enumerate(limits)
    ]
    lower = (bounds.mentee_lower[lines[0]], bounds.mentor_lower[lines[1]])
    upper = (bounds.mentee_upper[lines[0]], bounds.mentor_upper[lines[1]])
    return (
        np.concatenate([*lower, np.array([each.at_least for each in limits], np.int64)]),
        np.concatenate([*upper, np.array(most, np.int64)]),
    )
