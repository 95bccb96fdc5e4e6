"""What mentees wished for before a list is drawn up: to be counted, and filled in on the list."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.relations import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cmmatch.programme.relations import Requests

    Pair = tuple[int, int]

__all__ = ["earlier_ranks", "wished_before"]


def wished_before(requests: Requests, mentees: int) -> NDArray[np.bool_]:
    """Tell which of the mentees have a wish of their own, shape (N,)."""
    return np.bincount(requests.mentee[requests.own_wishes], minlength=mentees) > 0


def earlier_ranks(requests: Requests, pairs: Iterable[Pair]) -> dict[Pair, int]:
    """Return the rank that each mentee gave earlier to mentors on the list.

    Of several ranks for one mentor the last one counts, as in the score. Left out, so that a list
    handed back as it is can be read: ranks that a list would have twice, and mentors whom the same
    mentee avoids.

    Parameters
    ----------
    requests : Requests
        All that was asked for.
    pairs : iterable of (int, int)
        Positions of mentee and mentor, of everybody on every list.
    """
    ranked: dict[Pair, int] = {}
    avoided: set[Pair] = set()
    own = np.isin(requests.by, OWN)
    for k in np.flatnonzero(own).tolist():
        pair = int(requests.mentee[k]), int(requests.mentor[k])
        if requests.kind[k] == "avoid":
            avoided.add(pair)
        elif requests.kind[k] == "prefer" and not np.isnan(requests.rank[k]):
            ranked[pair] = max(ranked.get(pair, 0), int(requests.rank[k]))
    listed = {pair: ranked[pair] for pair in pairs if pair in ranked and pair not in avoided}
    times = Counter((mentee, rank) for (mentee, _), rank in listed.items())
    return {pair: rank for pair, rank in listed.items() if times[pair[0], rank] == 1}
