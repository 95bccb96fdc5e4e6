"""peers_of(): pairs within a programme whose two tables hold the same people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from cmmatch.api.matching import candidates_for
from cmmatch.api.reading import late_faults
from cmmatch.assignment.peers import peers
from cmmatch.compatibility.scorer import Scorer
from cmmatch.programme.relations import REQUIRING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.peer_pairs import Both
    from cmmatch.assignment.peer_result import PeerResult
    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.component import Component
    from cmmatch.programme.programme import Programme

__all__ = ["peers_of"]


def peers_of(
    programme: Programme,
    *,
    both: Both = "sum",
    odd: Literal["alone", "three"] = "alone",
    components: Sequence[Component] = (),
) -> PeerResult:
    """Pair the people of a programme with each other: both tables list everybody.

    Scores, hard rules, the least score, requests, order of objectives and seed are the programme's.
    A request between two people counts whichever of them stands in which table: one in either
    direction rules the pair out or requires it. Everybody is in one pair: of places and demands
    only 0 is read, somebody who wants nobody.

    Parameters
    ----------
    programme : Programme
        Mentees and mentors are the same ids, in any order: a row in each table says what a person
        looks for and what the same person offers.
    both : {"sum", "least"}, default "sum"
        The value of a pair: the sum of its two scores, or the lesser one.
    odd : {"alone", "three"}, default "alone"
        Whether somebody left over stays alone or joins a pair; see :func:`cmmatch.peers`.
    components : sequence of Component, default ()
        Of your own, beside the built-in ones and those of installed packages.

    Returns
    -------
    PeerResult
        Pairs, who is left over and why, value, bound and proof.

    Raises
    ------
    InputFaults
        A weight, a rule or a required pair contradicts the programme.
    ModelError
        The two tables do not hold the same people, or required pairs contradict each other.

    Examples
    --------
    >>> import cmmatch
    >>> ids = ["ann", "bob", "cleo", "dan"]
    >>> programme = cmmatch.Programme.from_frames(
    ...     mentors={"id": ids, "skills": ["sql", "r", "excel", "go"]},
    ...     mentees={"id": ids, "skills_wanted": ["go", "excel", "r", "sql"]},
    ... )
    >>> peers_of(programme).pairs
    (('ann', 'dan'), ('bob', 'cleo'))
    """
    late_faults(programme, components=components).raise_if_any()
    scored = Scorer.for_programme(programme, components=components).prepare(programme)
    candidates, idle = _of_those_who_want(programme, candidates_for(scored))
    required = programme.requests.pairs(*REQUIRING)
    found = peers(
        candidates,
        both=both,
        order=tuple(programme.config.objectives.order),
        required=[(programme.mentees.ids[i], programme.mentors.ids[j]) for i, j in required],
        odd=odd,
        seed=programme.config.programme.seed,
    )
    reasons = (
        f"{who} wants nobody: the demand or the places are 0." if who in idle else reason
        for who, reason in zip(found.alone, found.reasons, strict=True)
    )
    return replace(found, reasons=tuple(reasons))


def _of_those_who_want(
    programme: Programme, candidates: Candidates
) -> tuple[Candidates, frozenset[str]]:
    """Leave out whoever has no demand or no places; return their ids too."""
    mentees, mentors = programme.mentees.ids, programme.mentors.ids
    idle = {*mentees[programme.demand == 0], *mentors[programme.places == 0]}
    rows, columns = (
        np.array([who not in idle for who in side], dtype=np.bool_) for side in (mentees, mentors)
    )
    kept = rows[candidates.mentee] & columns[candidates.mentor]
    wanting = replace(
        candidates,
        mentee=candidates.mentee[kept],
        mentor=candidates.mentor[kept],
        score=candidates.score[kept],
    )
    return wanting, frozenset(idle)
