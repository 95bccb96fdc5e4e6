"""match(): score, solve, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.analysis.wishes import own_ranks
from cmmatch.api.groups import wanting_groups
from cmmatch.api.limits import limit_constraints
from cmmatch.api.reading import late_faults
from cmmatch.api.result import MatchResult
from cmmatch.api.why_not import in_words_of_tables
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.model import Model
from cmmatch.assignment.objectives import (
    BottomShare,
    EvenLoad,
    FewestChanges,
    GenerousMaximum,
    GreedyMaximum,
    GroupGap,
    Leximin,
    MostMatched,
    Nash,
    RankMaximal,
    TotalScore,
    WorstOff,
)
from cmmatch.assignment.solving import solve
from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.scorer import Scorer
from cmmatch.programme.relations import REQUIRING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cmmatch.assignment.constraints import Constraint
    from cmmatch.assignment.limits import Limits
    from cmmatch.assignment.objectives import Objective
    from cmmatch.compatibility.component import Component
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = ["OBJECTIVES", "candidates_for", "match", "model_for", "required_pairs"]

OBJECTIVES: Mapping[str, Callable[[Programme, Candidates], Objective]] = {
    "most_matched": lambda programme, candidates: MostMatched(),
    "total_score": lambda programme, candidates: TotalScore(),
    "worst_off": lambda programme, candidates: WorstOff(exempt=required_pairs(programme)),
    "leximin": lambda programme, candidates: Leximin(),
    "rank_maximal": lambda programme, candidates: RankMaximal(own_ranks(programme)),
    "greedy_maximum": lambda programme, candidates: GreedyMaximum(own_ranks(programme)),
    "generous_maximum": lambda programme, candidates: GenerousMaximum(own_ranks(programme)),
    "bottom_share": lambda programme, candidates: BottomShare(programme.config.objectives.share),
    "nash": lambda programme, candidates: Nash(),
    "even_load": lambda programme, candidates: EvenLoad(),
    "group_gap": lambda programme, candidates: GroupGap(wanting_groups(programme)),
    "fewest_changes": lambda programme, candidates: FewestChanges(_pairs_of(programme, "previous")),
}
"""How a programme and its candidates make each objective, by name in ``[objectives] order``."""


def match(
    programme: Programme,
    *,
    components: Sequence[Component] = (),
    scorer: Scorer | None = None,
    limits: Limits | None = None,
    on_interrupt: str = "raise",
    progress: Progress | None = None,
) -> MatchResult:
    """Decide who mentors whom: score every eligible pair, solve exactly, verify the answer.

    Parameters
    ----------
    programme : Programme
        From :func:`read_programme` or ``Programme.from_frames``.
    components : sequence of Component, default ()
        Of your own, beside the built-in ones and those of installed packages.
    scorer : Scorer, optional
        All of it as you put it together, instead of what the programme's settings ask for.
    limits : Limits, optional
        How long may be solved, once every pair is scored; see :func:`cmmatch.solve`.
    on_interrupt : {"raise", "best"}
        What Ctrl-C does while it is solved: go through, or end it with the best matching so far.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    MatchResult
        With ``pairs``, ``unmatched``, ``explain(mentee_id)``, ``summary`` and ``write(folder)``. A
        programme without a feasible matching gives a result that says so; asking it for pairs
        raises ``NoMatching``.

    Raises
    ------
    InputFaults
        A weight, a rule or a required pair contradicts the programme.
    KeyboardInterrupt
        Ctrl-C, unless ``on_interrupt`` is "best" and there is a matching.
    UnsupportedModel
        The settings ask for objectives that no backend can honour together.

    Examples
    --------
    >>> import cmmatch
    >>> programme = cmmatch.Programme.from_frames(
    ...     mentors={"id": ["m1", "m2"], "skills": ["Python; SQL", "Negotiation"]},
    ...     mentees={"id": ["a", "b"], "skills_wanted": ["negotiation", "python"]},
    ... )
    >>> match(programme).matching.pairs
    (('a', 'm2'), ('b', 'm1'))
    """
    late_faults(programme, components=components).raise_if_any()
    scorer = scorer or Scorer.for_programme(programme, components=components)
    scored = scorer.prepare(programme)
    candidates = candidates_for(scored, progress=progress)
    model = model_for(scored, candidates)
    solved = solve(model, limits=limits, on_interrupt=on_interrupt, progress=progress)
    return MatchResult(scored, candidates, in_words_of_tables(scored, model, solved), model)


def candidates_for(scored: ScoredProgramme, *, progress: Progress | None = None) -> Candidates:
    """Keep every eligible pair that is good enough, and the required ones whatever their score."""
    programme = scored.programme
    required = programme.requests.pairs(*REQUIRING)
    return Candidates.from_source(
        scored,
        min_score=programme.config.quality.min_score,
        always=(required[:, 0], required[:, 1]),
        progress=progress,
    )


def required_pairs(programme: Programme) -> tuple[tuple[str, str], ...]:
    """Return the ids of the pairs that must be made, sorted."""
    return _pairs_of(programme, *REQUIRING)


def _pairs_of(programme: Programme, *kinds: str) -> tuple[tuple[str, str], ...]:
    pairs = programme.requests.pairs(*kinds)
    mentees, mentors = programme.mentees.ids[pairs[:, 0]], programme.mentors.ids[pairs[:, 1]]
    return tuple(sorted(zip(mentees, mentors, strict=True)))


def model_for(scored: ScoredProgramme, candidates: Candidates) -> Model:
    """Put together the model that a programme's settings ask for."""
    programme = scored.programme
    pairs = required_pairs(programme)
    constraints: list[Constraint] = [
        MentorCapacity(programme.places, programme.minimum_load),
        MenteeDemand(programme.demand),
    ]
    if pairs:
        constraints.append(Required(pairs))
    constraints += limit_constraints(programme)
    order = programme.config.objectives.order
    objectives = [OBJECTIVES[name](programme, candidates) for name in order]
    return Model(candidates, constraints, objectives, seed=programme.config.programme.seed)
