"""Staging: run the stages in order, over every part of what is best by those before.

The best sets of a stage are mostly one narrower space. Where they are several, the later stages are
run over each, and the best by these, in order, is kept: that is the best over all of them. A part
may hold sets that the stage does not allow. Where the later stages end with one that it does, no
other set of the part is better; else the part is split, and its parts are gone over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from cmmatch.assignment.found import Unanswered
from cmmatch.assignment.result import Termination
from cmmatch.assignment.stages import Total

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.stages import Part, Run, Stage

__all__ = ["Staged", "staged"]


class Staged(NamedTuple):
    """What stages found in order.

    Parameters
    ----------
    runs : list of Run
        Of the first of them, as many as were done.
    left : Unanswered or None
        How the one after these ended.
    """

    runs: list[Run]
    left: Unanswered | None = None


def staged(
    stages: Sequence[Stage],
    space: Space,
    search: Search,
    *,
    say: Callable[[int], None] = lambda _: None,
    done: int = 0,
) -> Staged:
    """Run stages in order, as many as there is time for.

    Each has an equal share of the time that is left, so that what one saves the later ones have.

    Parameters
    ----------
    stages : sequence of Stage
        At least one; the first matters most.
    space : Space
        All that is allowed.
    search : Search
        Finds optima.
    say : callable, optional
        Told the number of each stage as it starts, the first 1.
    done : int, default 0
        Stages before these.

    Raises
    ------
    Unanswered
        The first of them found nothing.
    """
    first, rest = stages[0], stages[1:]
    say(done + 1)
    watch = search.watch
    watch.begin(len(stages))
    hoped = first.hoped(space, search) if rest and isinstance(first, Total) else None
    tried: Unanswered | None = None
    if hoped is not None:
        # Where rows cost the first stage nothing, the next one shows it, and faster.
        watch.hurry()
        try:
            later = staged(rest, hoped.space, search, say=say, done=done + 1)
        except Unanswered as none:
            tried = none
            watch.release()
            watch.begin(len(stages))
        else:
            return Staged([replace(hoped, chosen=later.runs[0].chosen), *later.runs], later.left)
    run = first.run(space, search) if hoped is None else _within(hoped, tried, first, space, search)
    watch.release()
    if not rest:
        return Staged([run])
    if run.parts:
        return _over_parts(run, rest, search)
    try:
        later = staged(rest, run.space, search, say=say, done=done + 1)
    except Unanswered as none:
        return Staged([run], none)
    return Staged([run, *later.runs], later.left)


def _within(
    hoped: Run, tried: Unanswered | None, stage: Stage, space: Space, search: Search
) -> Run:
    """Run a stage; what it reaches without the rows bounds it where nothing else does."""
    try:
        run = stage.run(space, search)
    except Unanswered as none:
        if none.termination is Termination.INFEASIBLE:
            raise
        if none.bound is not None and none.bound < hoped.value:
            raise
        raise Unanswered(
            none.termination, bound=hoped.bound, proofs=hoped.proofs, then=tried
        ) from None
    return replace(run, bound=hoped.bound, proofs=hoped.proofs) if run.bound is None else run


def _over_parts(run: Run, stages: Sequence[Stage], search: Search) -> Staged:
    """Run the later stages over every part of a run; return it, and the best of theirs."""
    waiting: list[Part] = list(run.parts)
    proofs = [*run.proofs]
    ended: list[list[Run]] = []
    best: list[Run] = []
    sure = True
    while waiting:
        part = waiting.pop(0)
        try:
            found = staged(stages, part.space, search).runs
            if _values(found) > _values(best) and not part.holds(found[-1].chosen):
                parts, more = part.split(found[-1].chosen, search)
                waiting[:0] = parts
                proofs += more
                continue
        except Unanswered:
            sure = False
            break
        sure &= len(found) == len(stages) and all(each.value == each.bound for each in found)
        ended.append(found)
        best = max(best, found, key=_values)
    run = replace(run, proofs=tuple(proofs))
    return Staged([run, *(_joined(best, k, ended, sure=sure) for k in range(len(best)))])


def _values(runs: list[Run]) -> tuple[int, ...]:
    return tuple(number for run in runs for number in run.value)


def _joined(best: list[Run], k: int, ended: list[list[Run]], *, sure: bool) -> Run:
    """Return a stage of the best part with the proofs of all parts that were even before it."""
    if not sure:
        # Of a part left open nothing is known.
        return replace(best[k], bound=None, proofs=())
    even = [runs for runs in ended if _values(runs[:k]) == _values(best[:k])]
    return replace(best[k], proofs=tuple(proof for runs in even for proof in runs[k].proofs))
