"""The contract of a constraint: what it writes and what it counts describe the same sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.constraints import Constraint, Violation
from cmmatch.testing.oracle import MOST_PAIRS, keeps, matching_of, subsets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Met", "check_constraint"]


class Met(NamedTuple):
    """How many sets of pairs were looked at.

    Parameters
    ----------
    kept : int
        Sets that keep the rule.
    broken : int
        Sets that break it.
    """

    kept: int
    broken: int


def check_constraint(
    constraint: Constraint, candidates: Candidates, *, sets: int = 2000, seed: int = 0
) -> Met:
    """Prove a constraint against its contract on some candidates.

    For every set of candidate pairs (where there are more than 14 pairs, for many sets drawn at
    random, most of them near the border): the set is in the space that ``write`` wrote down, with
    some values of the extras, exactly when ``violations`` is empty. So what the solver may choose
    is what the independent check lets pass. Two calls of ``violations`` are equal; each violation
    names the rule and is one sentence in one line; the rule adds no stage.

    Parameters
    ----------
    constraint : Constraint
        To be proven.
    candidates : Candidates
        On which it is written. Few people are best, and such as show the rule both kept and broken.
    sets : int, default 2000
        How many sets are drawn at most where not all of them are looked at.
    seed : int, default 0
        Of the drawing.

    Returns
    -------
    Met
        How many sets kept the rule and how many broke it: a test that meets only one kind shows
        little. A soft rule is never broken.

    Raises
    ------
    AssertionError
        Says which promise is not kept, and by which pairs.
    ModelError
        The constraint does not fit the candidates.

    Examples
    --------
    >>> from cmmatch import Candidates, constraints
    >>> candidates = Candidates.from_matrix([[0.9, 0.1], [0.2, 0.3]])
    >>> check_constraint(constraints.MentorCapacity(1), candidates)
    Met(kept=9, broken=7)
    """
    _hold(isinstance(constraint, Constraint), "a constraint has name, write and violations")
    _hold(bool(constraint.name.strip()), "it has a name")
    builder = FormBuilder(candidates)
    constraint.write(builder)
    _hold(not builder.stages, "it adds no stage; that is for objectives")
    space = builder.build(seed=seed)
    counts = [0, 0]
    for chosen in _sets(constraint, candidates, sets, np.random.default_rng(seed)):
        matching = matching_of(candidates, chosen)
        found = _violations(constraint, matching)
        inside = keeps(space, matching, candidates.score[chosen])
        if inside and found:
            said = f"the written rows allow {matching.pairs}, but: {str(found[0]).rstrip('.')}"
            _hold(False, f"write and violations describe the same sets; {said}")
        if not (inside or found):
            said = f"the written rows do not allow {matching.pairs}, and no violation is found"
            _hold(False, f"write and violations describe the same sets; {said}")
        counts[0 if inside else 1] += 1
    return Met(*counts)


def _hold(condition: bool, what: str) -> None:
    if not condition:
        message = f"A constraint must keep its contract: {what}."
        raise AssertionError(message)


def _violations(constraint: Constraint, matching: Matching) -> tuple[Violation, ...]:
    found = constraint.violations(matching)
    _hold(
        isinstance(found, tuple) and all(isinstance(each, Violation) for each in found),
        "violations returns a tuple of Violation",
    )
    _hold(found == constraint.violations(matching), "two calls of violations are equal")
    for each in found:
        _hold(each.rule == constraint.name, f"a violation names the rule, here {each.rule!r}")
        lines = each.sentence.splitlines()
        _hold(
            len(lines) == 1 and bool(lines[0].strip()),
            f"a violation is one sentence in one line, here {each.sentence!r}",
        )
    return found


def _sets(
    constraint: Constraint, candidates: Candidates, sets: int, rng: np.random.Generator
) -> Iterator[NDArray[np.bool_]]:
    """Every set if there are few, else walks that break the rule less and less."""
    size = len(candidates)
    if size <= MOST_PAIRS:
        yield from subsets(size)
        return
    seen: set[bytes] = set()
    for _ in range(sets):
        if len(seen) >= sets:
            return
        chosen = rng.random(size) < rng.random()
        count = len(constraint.violations(matching_of(candidates, chosen)))
        for flip in rng.integers(0, size, 2 * size):
            other = chosen.copy()
            other[flip] = ~other[flip]
            broken = len(constraint.violations(matching_of(candidates, other)))
            if other.tobytes() not in seen and len(seen) < sets:
                seen.add(other.tobytes())
                yield other
            if broken <= count:
                chosen, count = other, broken
