"""solve(): compile, run the stages in order, decode, verify."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.registry import BUILT_IN
from cmmatch.assignment.certificate import Certificate, Proof
from cmmatch.assignment.columns import Columns
from cmmatch.assignment.feasibility import contradictions, minimum_loads
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.optimum import Search, Unanswered
from cmmatch.assignment.result import Result, StageOutcome, Termination, in_order
from cmmatch.assignment.staging import staged
from cmmatch.assignment.universe import Lots, universe_of
from cmmatch.errors import SolverDisagreement
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.backends.backend import Backend
    from cmmatch.assignment.certificate import Claim
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.stages import Run, Stage
    from cmmatch.progress import Progress

__all__ = ["solve"]

SCOPE = "all eligible pairs"
KEPT = "kept candidates"
BEYOND_DEGREES = "The rules cannot all be kept together; no pair or person stands out alone."


def solve(
    model: Model,
    *,
    backends: Sequence[Backend] = BUILT_IN,
    kept_only: bool = False,
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
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    Result
        Infeasible is a result; asking it for a matching raises.

    Raises
    ------
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
    return Solving(model, backends, kept_only, progress or silent).result()


@dataclass(frozen=True, eq=False)
class Solving:
    model: Model
    backends: Sequence[Backend]
    kept_only: bool
    say: Progress

    def result(self) -> Result:
        space, stages = self.model.compiled()
        if self.kept_only and self.model.candidates.keep is not None:
            kept = self.model.candidates
            keys = kept.mentee.astype(np.int64) * space.width + kept.mentor
            space = replace(space, kept=keys)
        steps = len(stages) + 1
        self.say("solve", 0, steps)
        search = self._search(space)
        short = contradictions(space, self.model)
        if not short.sentences:
            short = minimum_loads(space, search, self.model)
        if short.sentences:
            return self._without(short.sentences, search, short.proofs)
        try:
            runs = staged(stages, space, search, say=lambda k: self.say("solve", k, steps))
        except Unanswered as none:
            return self._ended(none, search)
        self.say("solve", steps, steps)
        return self._conclude(runs, stages, search)

    def _search(self, space: Space) -> Search:
        candidates, seed = self.model.candidates, self.model.seed
        universe = universe_of(candidates, seed=seed, kept_only=self.kept_only)
        lots = Lots.drawn(candidates, seed=seed)
        mentee, mentor = np.divmod(space.required, space.width)
        score = candidates.source.pairs(mentee, mentor)
        must = Columns.of(mentee, mentor, score, width=space.width)
        return Search(universe, lots, self.backends, universe.start().joined(must))

    def _conclude(self, runs: list[Run], stages: Sequence[Stage], search: Search) -> Result:
        matching = self._decode(runs[-1].chosen)
        outcomes = self._verify(matching, runs, stages)
        # The weakest stage's proof is the overall proof, whatever the backend says of the whole.
        whole = all(outcome.proven for outcome in outcomes)
        ended = Termination.OPTIMAL if whole else Termination.FEASIBLE
        proofs = tuple(proof for run in runs for proof in run.proofs)
        return self._result(ended, search, outcomes=outcomes, matching=matching, proofs=proofs)

    def _decode(self, chosen: Columns) -> Matching:
        source = self.model.candidates.source
        return Matching(chosen.mentee, chosen.mentor, source.mentee_ids, source.mentor_ids)

    def _verify(
        self, matching: Matching, runs: list[Run], stages: Sequence[Stage]
    ) -> tuple[StageOutcome, ...]:
        broken = self.model.check(matching, kept_only=self.kept_only)
        if broken:
            shown = " ".join(str(each) for each in broken[:5])
            message = f"The solver's answer breaks {len(broken)} rules. {shown}"
            raise SolverDisagreement(message)
        outcomes = []
        for k, objective in enumerate(self.model.objectives):
            value = self.model.value(objective, matching)
            if k >= len(runs):
                outcomes.append(StageOutcome(objective.name, value, None, proven=False))
                continue
            run = runs[k]
            # The last stage is the one the matching optimises; an earlier one may only have given
            # back its tolerance.
            last, reached = k == len(runs) - 1, in_order(value)
            if reached < stages[k].least(run.value) or (last and reached != run.value):
                claimed = ", ".join(map(str, run.value))
                message = (
                    f"{objective.name}: the solver claims {claimed}, the matching has {value}."
                )
                raise SolverDisagreement(message)
            if run.bound is not None and reached > run.bound:
                message = f"{objective.name}: {value} is above the claimed bound {run.bound}."
                raise SolverDisagreement(message)
            bound = run.bound if isinstance(value, tuple) or run.bound is None else run.bound[0]
            proven = run.value == run.bound
            outcomes.append(StageOutcome(objective.name, value, bound, proven))
        return tuple(outcomes)

    def _without(
        self, obstacles: tuple[str, ...], search: Search, proofs: tuple[Claim, ...]
    ) -> Result:
        """Nothing is feasible; of kept candidates that says nothing about the others."""
        keep = self.model.candidates.keep
        if self.kept_only and keep is not None:
            more = f"Only the best {keep} pairs of each mentee were looked at; keep more, or all."
            return self._result(Termination.NO_SOLUTION, search, obstacles=(*obstacles, more))
        return self._result(Termination.INFEASIBLE, search, obstacles=obstacles, proofs=proofs)

    def _result(
        self,
        ended: Termination,
        search: Search,
        *,
        outcomes: tuple[StageOutcome, ...] = (),
        matching: Matching | None = None,
        obstacles: tuple[str, ...] = (),
        proofs: tuple[Claim, ...] = (),
    ) -> Result:
        versions = {name: version(name) for name in ("cmmatch", "numpy", "ortools")}
        backend = ", then ".join(search.used) or "none"
        return Result(
            ended,
            outcomes,
            self._scope(),
            backend,
            self.model.seed,
            versions,
            obstacles,
            Certificate(proofs),
            matching,
            () if matching is None else self.model.missed(matching),
        )

    def _ended(self, none: Unanswered, search: Search) -> Result:
        if none.termination is not Termination.INFEASIBLE:
            return self._result(none.termination, search)
        proofs: tuple[Claim, ...] = ()
        if none.space is not None and none.link is not None:
            proofs = (Proof("feasibility", none.space, none.link),)
        return self._without((BEYOND_DEGREES,), search, proofs)

    def _scope(self) -> str:
        candidates = self.model.candidates
        scope = SCOPE
        if self.kept_only and candidates.keep is not None:
            scope = f"{KEPT}, the best {candidates.keep} of each mentee"
        if candidates.floor is None:
            return scope
        return f"{scope} with a score of at least {candidates.floor * candidates.resolution:g}"
