"""circles(): several mentees with one mentor or with two, exact or with the gap that is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends import (
    BUILT_IN,
    ConstraintProgramming,
    MinCostFlow,
    MixedInteger,
)
from cmmatch.assignment.circle_result import Circle, CircleResult
from cmmatch.assignment.circle_rules import Asked, recount
from cmmatch.assignment.constraints.capacity import MenteeDemand
from cmmatch.assignment.constraints.circles import Circles
from cmmatch.assignment.constraints.members import labels_of
from cmmatch.assignment.constraints.rows import refuse
from cmmatch.assignment.model import Model
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.panels import panels_of
from cmmatch.assignment.solving import solve
from cmmatch.compatibility.candidates import Candidates
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from cmmatch.assignment.backends import Backend
    from cmmatch.assignment.constraints.circles import Number
    from cmmatch.assignment.constraints.spread import Labels, PerLabel
    from cmmatch.assignment.limits import Limits
    from cmmatch.assignment.objectives import Objective
    from cmmatch.assignment.panels import PanelSource
    from cmmatch.assignment.result import Result
    from cmmatch.progress import Progress

__all__ = ["circles"]

WANTED: dict[str, Objective] = {"most_matched": MostMatched(), "total_score": TotalScore()}
ORDERS = (("most_matched", "total_score"), ("total_score",))

SEARCHING: tuple[Backend, ...] = (MinCostFlow(), ConstraintProgramming(), MixedInteger())
"""Panels of two share their mentors; there CP-SAT was two to four times as fast as HiGHS."""


def circles(
    candidates: Candidates,
    *,
    smallest: ArrayLike,
    largest: ArrayLike,
    mentors: int = 1,
    number: Number | None = None,
    labels: Labels | None = None,
    most_alike: PerLabel | None = None,
    least_different: PerLabel | None = None,
    panel_pairs: Iterable[tuple[str, str]] | None = None,
    differ: Sequence[str] | None = None,
    each_leads: int = 1,
    order: Sequence[str] = ORDERS[0],
    seed: int = 0,
    backends: Sequence[Backend] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> CircleResult:
    """Form circles: several mentees with one mentor, or with a panel of two.

    Everybody is in one circle at most. The value of a circle is the sum of the scores of its
    members with each of its mentors; how members suit each other counts by ``labels`` alone. The
    choice is exact, in integers, and checked by code that has not seen the solver.

    Parameters
    ----------
    candidates : Candidates
        Who may meet whom, and the scores; every eligible pair is looked at.
    smallest, largest : int or array of int, shape (M,)
        Mentees of a circle, smallest >= 1; one number stands for all mentors. Who leads together
        keeps the sizes of both; whose largest is below the smallest leads none.
    mentors : {1, 2}, default 1
        Who lead a circle.
    number : int or (int or None, int or None), optional
        Circles: exactly so many, or at least and at most so many.
    labels : sequence of str, shape (N,), or mapping of such by kind, optional
        Labels of the mentees, such as the department and the level; "" is not known.
    most_alike, least_different : int or mapping by kind, optional
        In each circle at most so many members with the same label, at least so many labels; >= 1.
    panel_pairs : iterable of (mentor id, mentor id), optional
        Who may lead together; left out, any two. With two mentors only.
    differ : sequence of str, shape (M,), optional
        A label of each mentor, such as the department: two lead together only if their labels are
        known and differ. With two mentors only.
    each_leads : int, default 1
        Circles that a mentor leads at most, >= 1, each with another mentor; 1 with one mentor.
    order : ("most_matched", "total_score") or ("total_score",)
        As many mentees as possible first, then the highest total; or the total alone.
    seed : int, default 0
        Decides between equals, 0 <= seed < 2**63.
    backends : sequence of Backend, optional
        Tried in order; left out, HiGHS is asked first for one mentor and CP-SAT for two.
    limits : Limits, optional
        When to stop: then the best circles so far, with the bounds that are known by then.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    CircleResult
        Circles, who is left over and why, and for each stage value, bound and whether they meet.

    Raises
    ------
    ModelError
        An argument is none of those listed or does not fit the people, no two mentors may lead
        together, or more than 2,000 pairs of mentors may.
    UnknownPerson
        ``panel_pairs`` names nobody.
    SolverDisagreement
        The answer breaks a rule or is not worth what it claims. Nothing is returned.

    Notes
    -----
    A possible circle j is a mentor, or two who may lead together, with w[i, j] the sum of the
    scores of mentee i with them. The rules are those of ``constraints.Circles``, and for each
    mentor ``sum over the circles j of the mentor of y[j] <= each_leads``.

    Examples
    --------
    >>> import cmmatch
    >>> scores = [[0.9, 0.2], [0.8, 0.7], [0.1, 0.6], [0.3, 0.5]]
    >>> candidates = cmmatch.Candidates.from_matrix(
    ...     scores, mentee_ids=["ann", "bob", "cem", "dee"], mentor_ids=["max", "mia"]
    ... )
    >>> found = cmmatch.circles(candidates, smallest=2, largest=3)
    >>> [(circle.mentors, circle.mentees) for circle in found.groups]
    [(('max',), ('ann', 'bob')), (('mia',), ('cem', 'dee'))]
    >>> found.total, found.proven
    (2.8, True)
    """
    _check(mentors=mentors, each_leads=each_leads, order=tuple(order))
    if mentors == 1 and not (panel_pairs is None and differ is None):
        refuse("circles", ["'panel_pairs' and 'differ' are for two mentors: give mentors=2."])
    rule = Circles(
        smallest=smallest,
        largest=largest,
        number=number,
        labels=labels,
        most_alike=most_alike,
        least_different=least_different,
        each_leads=each_leads,
    )
    # Whatever does not fit the people is told in their order, before it is changed.
    rule.check(candidates.source.mentee_ids, candidates.source.mentor_ids)
    panels = panels_of(candidates, size=mentors, pairs=panel_pairs, differ=differ)
    model = _model(rule, panels, candidates, order=order, seed=seed)
    used = (BUILT_IN if mentors == 1 else SEARCHING) if backends is None else backends
    solved = solve(model, backends=used, limits=limits, progress=progress)
    groups = _groups(solved, panels, candidates) if solved.has_matching else None
    if groups is not None:
        _verify(candidates, panels, groups, rule, solved)
    return _result(candidates, panels, model, solved, groups)


def _check(*, mentors: int, each_leads: int, order: tuple[str, ...]) -> None:
    found = []
    if mentors not in (1, 2):
        found.append(f"'mentors' must be 1 or 2; given {mentors!r}.")
    elif mentors == 1 and each_leads != 1:
        found.append(
            f"A mentor who leads alone leads one circle; given each_leads={each_leads!r}. For more "
            "give the mentor several ids, or mentors=2."
        )
    if order not in ORDERS:
        words = " or ".join(map(repr, ORDERS))
        found.append(f"'order' must be {words}; given {order!r}.")
    refuse("circles", found)


def _model(
    rule: Circles, panels: PanelSource, candidates: Candidates, *, order: Sequence[str], seed: int
) -> Model:
    """Ask the same of possible circles, in the order of the panels."""
    smallest, largest = rule.sizes(len(candidates.source.mentor_ids))
    ids = candidates.source.mentor_ids
    of_panels = Circles(
        smallest=smallest[panels.members].max(axis=1),
        largest=largest[panels.members].min(axis=1),
        number=rule.number,
        labels={each.kind: [each.labels[row] for row in panels.rows] for each in rule.spreads}
        or None,
        most_alike=_by_kind(rule, "most_alike"),
        least_different=_by_kind(rule, "least_different"),
        lead=[list(ids[panel]) for panel in panels.members],
        each_leads=rule.each_leads,
    )
    return Model(
        Candidates.from_source(panels),
        [MenteeDemand(1), of_panels],
        [WANTED[name] for name in order],
        seed=seed,
    )


def _by_kind(rule: Circles, name: str) -> dict[str, int] | None:
    found = {each.kind: getattr(each, name) for each in rule.spreads}
    return {kind: number for kind, number in found.items() if number is not None} or None


def _groups(solved: Result, panels: PanelSource, candidates: Candidates) -> tuple[Circle, ...]:
    """Put the pairs of a matching together by circle."""
    matching = solved.matching
    worth = panels.pairs(matching.mentee, matching.mentor)
    found = []
    for panel in np.unique(matching.mentor):
        inside = matching.mentor == panel
        members = matching.mentee_ids[matching.mentee[inside]]
        leads = candidates.source.mentor_ids[panels.members[panel]]
        found.append(Circle(tuple(sorted(leads)), tuple(sorted(members)), int(worth[inside].sum())))
    return tuple(sorted(found))


def _verify(
    candidates: Candidates,
    panels: PanelSource,
    groups: tuple[Circle, ...],
    rule: Circles,
    solved: Result,
) -> None:
    """Recount everything from what was asked."""
    source = candidates.source
    sizes = zip(*(size.tolist() for size in rule.sizes(len(source.mentor_ids))), strict=True)
    labels = {
        each.kind: dict(zip(source.mentee_ids, labels_of(each.labels), strict=True))
        for each in rule.spreads
    }
    asked = Asked(
        dict(zip(source.mentor_ids, sizes, strict=True)),
        rule.bounds,
        labels,
        _by_kind(rule, "most_alike") or {},
        _by_kind(rule, "least_different") or {},
        rule.each_leads,
    )
    counted = {
        "most_matched": sum(len(circle.mentees) for circle in groups),
        "total_score": recount(candidates, panels, groups, asked),
    }
    for stage in solved.stages:
        if stage.value != counted[stage.name]:
            message = f"{stage.name}: {stage.value} is claimed, {counted[stage.name]} counted."
            raise SolverDisagreement(message)


def _result(
    candidates: Candidates,
    panels: PanelSource,
    model: Model,
    solved: Result,
    groups: tuple[Circle, ...] | None,
) -> CircleResult:
    inside = {who for circle in groups or () for who in circle.mentees}
    leading = {who for circle in groups or () for who in circle.mentors}
    left = [who for who in panels.mentee_ids if who not in inside]
    scope = "all circles of eligible mentees"
    if candidates.floor is not None:
        least = candidates.to_score(candidates.floor)
        scope = f"{scope} with a score of at least {least:g} with each mentor"
    return CircleResult(
        solved=solved,
        candidates=model.candidates,
        scope=scope,
        unmatched=tuple(left),
        reasons=_reasons(panels, model, solved, left),
        without=tuple(sorted(set(candidates.source.mentor_ids) - leading)),
        _groups=groups,
    )


def _reasons(
    panels: PanelSource, model: Model, solved: Result, left: Sequence[str]
) -> tuple[str, ...]:
    """Say of everybody who is left over whether any circle was open to them."""
    possible = set(panels.mentee_ids[model.candidates.mentee])
    first = solved.stages[0] if solved.stages else None
    if first is None:
        why = "is in no circle, since there is no answer"
    elif not first.proven:
        why = "is in no circle; whether more mentees could be is not proven"
    elif first.name == "most_matched":
        why = "is left over: no choice of circles takes more mentees"
    else:
        why = "is left over: no choice of circles has a higher total"
    return tuple(
        f"{who} {why if who in possible else 'is eligible with nobody who could lead a circle'}."
        for who in left
    )
