"""One matching in a row of figures, so that methods can be compared in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.analysis.envy import Envy
from cmmatch.analysis.load import Load
from cmmatch.analysis.standings import standings
from cmmatch.assignment.blocking import blocking_pairs, made_columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Measures", "measures"]


@dataclass(frozen=True, slots=True)
class Measures:
    """What a matching reaches; scores as they are, the higher the better.

    Parameters
    ----------
    pairs : int
        Pairs made.
    matched : int
        Mentees who have somebody. All that follows but ``total`` and ``load_spread`` is about them.
    total : float
        Sum of the scores of the pairs.
    worst : float or None
        Lowest score of a mentee: the mean over the pairs of each; ``None`` where nobody is matched.
    bottom : float or None
        Mean score of the worst 10 % of the mentees, rounded up to whole people.
    rank : float or None
        Mean rank of the mentors of a mentee among all that the mentee may meet, by score; 1 is
        best.
    first : float or None
        Share of mentees who have a mentor than whom none that they may meet scores higher.
    blocking_pairs : int
        Pairs who would both rather have each other.
    envy : int
        Mentees who score higher with somebody else's mentor than with one of theirs.
    load_spread : int
        Mentees by which the fullest mentor is ahead of the emptiest, of those who have places.
    """

    pairs: int
    matched: int
    total: float
    worst: float | None
    bottom: float | None
    rank: float | None
    first: float | None
    blocking_pairs: int
    envy: int
    load_spread: int


def measures(
    candidates: Candidates,
    matching: Matching,
    *,
    places: NDArray[np.int64],
    demand: NDArray[np.int64],
) -> Measures:
    """Measure a matching, whatever made it.

    Parameters
    ----------
    candidates : Candidates
        All eligible pairs.
    matching : Matching
        Chosen from them.
    places : int64, shape (M,)
        Places of each mentor, >= 0.
    demand : int64, shape (N,)
        Mentors wanted by each mentee, >= 0.

    Returns
    -------
    Measures

    Raises
    ------
    ModelError
        Only some pairs of each mentee were kept, or a pair of the matching is no candidate.

    Examples
    --------
    >>> import numpy as np
    >>> from cmmatch import Candidates, Matching
    >>> candidates = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])
    >>> made = Matching.from_ids(
    ...     [("0", "1"), ("1", "0")], mentee_ids=["0", "1"], mentor_ids=["0", "1"]
    ... )
    >>> ones = np.ones(2, dtype=np.int64)
    >>> row = measures(candidates, made, places=ones, demand=ones)
    >>> row.total, row.worst, row.rank, row.blocking_pairs
    (1.3, 0.5, 1.5, 1)
    """
    mentees = standings(candidates, matching, places=places, demand=demand)[0].distribution
    made = made_columns(candidates, matching)
    blocking = blocking_pairs(candidates, matching, places=places, demand=demand)
    return Measures(
        pairs=len(matching),
        matched=int((matching.mentee_load > 0).sum()),
        total=candidates.to_score(int(candidates.score[made].sum())),
        worst=mentees.lowest,
        bottom=mentees.worst,
        rank=mentees.mean_rank,
        first=mentees.first,
        blocking_pairs=len(blocking),
        envy=Envy.of(candidates, matching, demand).mentees,
        load_spread=Load.of(matching, places).spread,
    )
