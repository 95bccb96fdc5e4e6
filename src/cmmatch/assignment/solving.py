"""solve(): compile, run the stages in order, decode, verify."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.registry import BUILT_IN
from cmmatch.assignment.certificate import Certificate, Proof
from cmmatch.assignment.columns import Columns
from cmmatch.assignment.diagnosis import diagnosed
from cmmatch.assignment.feasibility import contradictions, minimum_loads
from cmmatch.assignment.incumbent import Incumbents
from cmmatch.assignment.limits import Deadline
from cmmatch.assignment.links import Aim
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.optimum import Search, Unanswered
from cmmatch.assignment.pace import Pace
from cmmatch.assignment.pairwise import Constant
from cmmatch.assignment.result import Result, StageOutcome, Termination, in_order
from cmmatch.assignment.staging import Staged, staged
from cmmatch.assignment.universe import Lots, universe_of
from cmmatch.assignment.watch import Watch
from cmmatch.errors import ModelError, SolverDisagreement
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.backends.backend import Backend
    from cmmatch.assignment.certificate import Claim
    from cmmatch.assignment.infeasibility import Infeasibility
    from cmmatch.assignment.limits import Limits
    from cmmatch.assignment.links import Link
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Value
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.stages import Run, Stage
    from cmmatch.progress import Progress

__all__ = ["most_pairs", "solve"]

INTERRUPT = ("raise", "best")
MAKER = "OR-Tools "
SCOPE = "all eligible pairs"
KEPT = "kept candidates"
BEYOND_DEGREES = "The rules cannot all be kept together; no pair or person stands out alone."


def solve(
    model: Model,
    *,
    backends: Sequence[Backend] = BUILT_IN,
    kept_only: bool = False,
    limits: Limits | None = None,
    on_interrupt: str = "raise",
    progress: Progress | None = None,
) -> Result:
    """Solve a model exactly, and verify the answer by code that has not seen the solver.

    Where candidates keep only the best pairs of each mentee, every other eligible pair is looked
    at as well: whichever could make the matching better is added, until none is left.

    Parameters
    ----------
    model : Model
        What may be, must be and is wanted.
    backends : sequence of Backend, optional
        Tried in order; the first that honours all that a stage needs is used.
    kept_only : bool, default False
        Look at the kept candidates only; what is proven then holds among them only.
    limits : Limits, optional
        When to stop: then the best matching so far is the result, if there is any, with the bounds
        that are known by then. A limit that is not reached changes nothing.
    on_interrupt : {"raise", "best"}
        What Ctrl-C does: go through to the caller, or end the solve as a limit does. Where there is
        no matching so far it goes through in any case.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    Result
        Infeasible is a result, and so is out of time; asking them for a matching raises. What was
        stopped says so in ``stopped``.

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C, unless ``on_interrupt`` is "best" and there is a matching.
    ModelError
        ``on_interrupt`` is something else.
    UnsupportedModel
        No backend honours all that the model needs.
    SolverDisagreement
        The answer breaks a rule, or a value is not what the backend claimed. Nothing is returned.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> wanted = [objectives.MostMatched(), objectives.TotalScore()]
    >>> result = solve(Model(candidates, rules, wanted))
    >>> result.matching.pairs
    (('0', '1'), ('1', '0'))
    >>> result.certificate.check(candidates.source)
    {'most_matched': 2, 'total_score': 1600000}
    """
    if on_interrupt not in INTERRUPT:
        message = f"'on_interrupt' must be {' or '.join(INTERRUPT)}; given {on_interrupt!r}."
        raise ModelError(message)
    watch = Watch(Deadline.of(limits), keeps_best=on_interrupt == "best")
    return Solving(model, backends, kept_only, limits, watch, progress or silent).result()


def most_pairs(model: Model, *, backends: Sequence[Backend] = BUILT_IN) -> int | None:
    """Return how many pairs a model can have at most, whatever is wanted; ``None`` if infeasible.

    Raises
    ------
    UnsupportedModel
        No backend honours all that the rules need.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> most_pairs(Model(candidates, [constraints.MentorCapacity(1)], [objectives.TotalScore()]))
    2
    """
    solving = Solving(model, backends, False, None, Watch(), silent)
    space, stages = model.compiled()
    search = solving.search(space, Pace(silent, len(stages)))
    try:
        if contradictions(space, model).sentences or minimum_loads(space, search, model).sentences:
            return None
        return search.maximise(space, Aim(Constant(1)), name="pairs").value
    except Unanswered:
        return None


@dataclass(frozen=True, eq=False)
class Solving:
    model: Model
    backends: Sequence[Backend]
    kept_only: bool
    limits: Limits | None
    watch: Watch
    say: Progress

    def result(self) -> Result:
        space, stages = self.model.compiled()
        if self.kept_only and self.model.candidates.keep is not None:
            kept = self.model.candidates
            keys = kept.mentee.astype(np.int64) * space.width + kept.mentor
            space = replace(space, kept=keys)
        pace = Pace(self.say, len(stages))
        pace.stage(0)
        search = self.search(space, pace)
        done = Staged([])
        try:
            short = contradictions(space, self.model)
            if not short.sentences:
                short = minimum_loads(space, search, self.model)
            if short.sentences:
                return self._without(short.sentences, search, short.proofs, space)
            done = staged(stages, space, search, say=pace.stage)
        except Unanswered as none:
            if none.termination is Termination.INFEASIBLE or not self._cut:
                return self._ended(none, search, space)
            done = Staged([], none)
        except KeyboardInterrupt:
            # Between two optima; what the stages have settled is not known any more.
            if not self.watch.keeps_best:
                raise
            self.watch.interrupted = True
        result = self._concluded(done, stages, space, search)
        pace.end()
        return result

    @property
    def _cut(self) -> bool:
        """Whether anything ended early."""
        return self.watch.late or self.watch.interrupted

    def search(self, space: Space, pace: Pace) -> Search:
        candidates, seed = self.model.candidates, self.model.seed
        universe = universe_of(candidates, seed=seed, kept_only=self.kept_only)
        lots = Lots.drawn(candidates, seed=seed)
        mentee, mentor = np.divmod(space.required, space.width)
        score = candidates.source.pairs(mentee, mentor)
        must = Columns.of(mentee, mentor, score, width=space.width)
        columns = universe.start().joined(must)
        return Search(universe, lots, self.backends, columns, self.watch, pace)

    def _concluded(
        self, done: Staged, stages: Sequence[Stage], space: Space, search: Search
    ) -> Result:
        matching = self._decode(done.runs[-1].chosen) if done.runs else None
        if self._cut:
            matching = Incumbents(self.model, space, stages, done.runs, self.kept_only).best(search)
        if matching is None:
            if self.watch.interrupted:
                raise KeyboardInterrupt
            return self._result(Termination.NO_SOLUTION, search, stopped=self._why)
        outcomes, left = self._verify(matching, done, stages, exact=not self._cut)
        # The weakest stage's proof is the overall proof, whatever the backend says of the whole.
        whole = all(outcome.proven for outcome in outcomes)
        ended = Termination.OPTIMAL if whole else Termination.FEASIBLE
        proofs = tuple(proof for run in done.runs for proof in run.proofs)
        proofs += tuple(proof for none in left for proof in none.proofs)
        return self._result(
            ended,
            search,
            outcomes=outcomes,
            matching=matching,
            proofs=proofs,
            stopped="" if whole else self._why,
        )

    @property
    def _why(self) -> str:
        """What ended the solve early; empty where nothing did."""
        if self.watch.interrupted:
            return "interrupted"
        if not self.watch.late or self.limits is None:
            return ""
        return f"time limit of {self.limits.seconds:g} s"

    def _decode(self, chosen: Columns) -> Matching:
        source = self.model.candidates.source
        return Matching(chosen.mentee, chosen.mentor, source.mentee_ids, source.mentor_ids)

    def _verify(
        self, matching: Matching, done: Staged, stages: Sequence[Stage], *, exact: bool
    ) -> tuple[tuple[StageOutcome, ...], list[Unanswered]]:
        """Recount what a matching is worth; return what was bounded without being finished too."""
        broken = self.model.check(matching, kept_only=self.kept_only)
        if broken:
            shown = " ".join(str(each) for each in broken[:5])
            message = f"The solver's answer breaks {len(broken)} rules. {shown}"
            raise SolverDisagreement(message)
        outcomes: list[StageOutcome] = []
        runs, left, open_ = done.runs, done.left, list[Unanswered]()
        for k, objective in enumerate(self.model.objectives):
            value = self.model.value(objective, matching)
            bounds, sure = None, False
            if k < len(runs):
                # The last stage is the one the matching optimises; an earlier one may only have
                # given back its tolerance, and one that was cut short counts extras too high.
                last = exact and k == len(runs) - 1
                _believe(objective.name, value, runs[k], stages[k], last=last)
                bounds = runs[k].bound
                sure = runs[k].value == bounds
            elif left is not None:
                bounds = left.bound
                open_.append(left)
                # What the next stage is known to reach holds among the best of this one only.
                left = left.then if in_order(value) == bounds else None
            outcomes.append(_outcome(objective.name, value, bounds, sure=sure))
        return tuple(outcomes), open_

    def _without(
        self,
        obstacles: tuple[str, ...],
        search: Search,
        proofs: tuple[Claim, ...],
        space: Space,
        link: Link | None = None,
    ) -> Result:
        """Nothing is feasible; of kept candidates that says nothing about the others."""
        keep = self.model.candidates.keep
        if self.kept_only and keep is not None:
            more = f"Only the best {keep} pairs of each mentee were looked at; keep more, or all."
            return self._result(Termination.NO_SOLUTION, search, obstacles=(*obstacles, more))
        why = diagnosed(self.model, space, search, link)
        return self._result(
            Termination.INFEASIBLE,
            search,
            obstacles=why.reasons or obstacles,
            proofs=proofs,
            why_not=why,
        )

    def _result(
        self,
        ended: Termination,
        search: Search,
        *,
        outcomes: tuple[StageOutcome, ...] = (),
        matching: Matching | None = None,
        obstacles: tuple[str, ...] = (),
        proofs: tuple[Claim, ...] = (),
        stopped: str = "",
        why_not: Infeasibility | None = None,
    ) -> Result:
        versions = {name: version(name) for name in ("cmmatch", "numpy", "ortools")}
        return Result(
            ended,
            outcomes,
            self._scope(),
            in_words(search.used),
            self.model.seed,
            versions,
            obstacles,
            Certificate(proofs),
            matching,
            () if matching is None else self.model.missed(matching),
            stopped,
            why_not,
        )

    def _ended(self, none: Unanswered, search: Search, space: Space) -> Result:
        if none.termination is not Termination.INFEASIBLE:
            return self._result(none.termination, search)
        proofs: tuple[Claim, ...] = ()
        if none.space is not None and none.link is not None:
            proofs = (Proof("feasibility", none.space, none.link),)
        return self._without((BEYOND_DEGREES,), search, proofs, space, none.link)

    def _scope(self) -> str:
        candidates = self.model.candidates
        scope = SCOPE
        if self.kept_only and candidates.keep is not None:
            scope = f"{KEPT}, the best {candidates.keep} of each mentee"
        if candidates.floor is None:
            return scope
        return f"{scope} with a score of at least {candidates.floor * candidates.resolution:g}"


def _believe(name: str, value: Value, run: Run, stage: Stage, *, last: bool) -> None:
    """Hold what a stage claims against what the matching is worth by its objective."""
    reached = in_order(value)
    if reached < stage.least(run.value) or (last and reached != run.value):
        claimed = ", ".join(map(str, run.value))
        message = f"{name}: the solver claims {claimed}, the matching has {value}."
        raise SolverDisagreement(message)


def _outcome(
    name: str, value: Value, bounds: tuple[int, ...] | None, *, sure: bool
) -> StageOutcome:
    """Put together what one objective reached; a value that meets its bound is proven."""
    reached = in_order(value)
    if bounds is not None and reached > bounds:
        message = f"{name}: {value} is above the claimed bound {bounds}."
        raise SolverDisagreement(message)
    bound = bounds if isinstance(value, tuple) or bounds is None else bounds[0]
    return StageOutcome(name, value, bound, sure or reached == bounds)


def in_words(used: Sequence[str]) -> str:
    """Name what has solved a model, in order, the maker that they share only once.

    Examples
    --------
    >>> in_words(["OR-Tools min-cost flow", "OR-Tools CP-SAT"])
    'OR-Tools min-cost flow, then CP-SAT'
    """
    if not used:
        return "none"
    later = (each.removeprefix(MAKER) for each in used[1:])
    first = used[0]
    return ", then ".join([first, *(later if first.startswith(MAKER) else used[1:])])
