"""Sets of pairs in two families, in each of which any two are apart or one lies in the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Bihierarchy", "PairLimit", "bihierarchy"]

ROOT = -1
"""Stands for what holds everything, where no set of the family does."""


@dataclass(frozen=True, eq=False)
class PairLimit:
    """Of a set S of pairs at least ``at_least`` and at most ``at_most`` are made.

    ``at_least <= sum over (i, j) in S of x[i, j] <= at_most``. For a coordinator: at most three
    mentees with the mentors of one site, at least one mentor of another department for somebody.

    Parameters
    ----------
    name : str
        Names the limit in every message; no two share it.
    pairs : array of bool, shape (P,), or array of int
        The set, as a mask over the candidates or as their positions.
    at_least : int, default 0
        Pairs that must be made, >= 0.
    at_most : int, optional
        Pairs that may be made, >= ``at_least``; left out, all.

    Raises
    ------
    ModelError
        A bound is negative or not whole, or they cross; the name is blank.

    Examples
    --------
    >>> import cmmatch
    >>> candidates = cmmatch.Candidates.from_matrix([[0.9, 0.4], [0.8, 0.7]])
    >>> limit = cmmatch.PairLimit("first mentor", candidates.mentor == 0, at_most=1)
    >>> limit.positions(candidates).tolist()
    [0, 2]
    """

    name: str
    pairs: ArrayLike
    at_least: int = 0
    at_most: int | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            message = "A limit needs a name, so that messages can say which it is."
            raise ModelError(message)
        for bound in (self.at_least, 0 if self.at_most is None else self.at_most):
            whole = isinstance(bound, int | np.integer) and not isinstance(bound, bool)
            if not whole or bound < 0:
                message = (
                    f"Limit {self.name!r}: bounds must be whole numbers >= 0; given {bound!r}."
                )
                raise ModelError(message)
        if self.at_most is not None and self.at_most < self.at_least:
            message = (
                f"Limit {self.name!r}: at most {self.at_most} is less than at least "
                f"{self.at_least}."
            )
            raise ModelError(message)

    def positions(self, candidates: Candidates) -> NDArray[np.intp]:
        """Return where the pairs of the set stand among the candidates, sorted, each once.

        Raises
        ------
        ModelError
            The mask is not one value a candidate, or a position is out of range.
        """
        given, count = np.asarray(self.pairs), len(candidates)
        if given.dtype == np.bool_:
            if given.shape != (count,):
                message = (
                    f"Limit {self.name!r}: a mask must have one value for each of the {count} "
                    f"candidates; given shape {given.shape}."
                )
                raise ModelError(message)
            return np.flatnonzero(given)
        kind = given.dtype.kind if given.size else "i"
        inside = kind in "iu" and (not given.size or (given.min() >= 0 and given.max() < count))
        if given.ndim != 1 or not inside:
            message = (
                f"Limit {self.name!r}: pairs must be a mask over the candidates or positions in "
                f"0..{count - 1}; given {given.dtype} of shape {given.shape}."
            )
            raise ModelError(message)
        return np.unique(given.astype(np.intp))


@dataclass(frozen=True, eq=False)
class Bihierarchy:
    """Two forests of sets.

    Parameters
    ----------
    family : int, shape (S,)
        Which of the two families, 0 or 1, each set is in.
    parent : int, shape (S,)
        The smallest other set of its family that holds it; -1 where none does.
    home : int, shape (2, P)
        The smallest set of each family that holds each pair; -1 where none does.
    """

    family: NDArray[np.intp]
    parent: NDArray[np.intp]
    home: NDArray[np.intp]


def bihierarchy(incidence: Any, names: Sequence[str], *, people: int) -> Bihierarchy:
    """Part sets of pairs into two laminar families, or say which stand in the way.

    Two sets *cross* when they share pairs and neither lies within the other. Sets that cross must
    be in different families, so that two families suffice exactly when the graph of crossings has
    no ring of odd length.

    Parameters
    ----------
    incidence : sparse matrix of 0 and 1, shape (S, P)
        Which pairs each set holds.
    names : sequence of str, length S
        For messages.
    people : int
        How many of the sets, the first ones, hold all pairs of one mentee or of one mentor.

    Raises
    ------
    ModelError
        No two families suffice; the message names the sets of a shortest odd ring of crossings.

    Notes
    -----
    A family of sets that parts so is a bihierarchy; bounds on its sets keep the corners of the
    polytope whole [1]_.

    References
    ----------
    .. [1] E. Budish, Y.-K. Che, F. Kojima and P. Milgrom (2013). Designing Random Allocation
       Mechanisms: Theory and Applications. American Economic Review 103(2), 585-623.
       doi:10.1257/aer.103.2.585
    """
    from scipy.sparse import csr_array

    held = csr_array(incidence, dtype=np.int64)
    size = np.asarray(held.sum(axis=1)).ravel()
    shared = (held @ held.T).tocoo()
    one, other, both = shared.row, shared.col, shared.data
    cross = (both < size[one]) & (both < size[other])
    family = _families(one[cross], other[cross], names, people)
    inside = (both == size[one]) & (family[one] == family[other])
    # Equal sets lie within each other: the later one counts as the larger.
    inside &= (size[other] > size[one]) | ((size[other] == size[one]) & (other > one))
    parent = _smallest(one[inside], other[inside], size, len(size))
    pairs = held.tocoo()
    home = [
        _smallest(pairs.col[mine], pairs.row[mine], size, held.shape[1])
        for mine in (family[pairs.row] == 0, family[pairs.row] == 1)
    ]
    return Bihierarchy(family, parent, np.stack(home))


def _smallest(
    of: NDArray[np.intp], holder: NDArray[np.intp], size: NDArray[np.int64], count: int
) -> NDArray[np.intp]:
    """Return for each of ``count`` things its smallest holder, the first among equals."""
    order = np.lexsort((holder, size[holder], of))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = of[order][1:] != of[order][:-1]
    found = np.full(count, ROOT, dtype=np.intp)
    found[of[order][first]] = holder[order][first]
    return found


def _families(
    one: NDArray[np.intp], other: NDArray[np.intp], names: Sequence[str], people: int
) -> NDArray[np.intp]:
    """Colour the sets with two colours so that those that cross differ.

    In the double cover every set stands twice, and a crossing leads from the first of one to the
    second of the other: a ring of odd length is what joins the two stands of a set.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(names)
    edges = (np.ones(2 * len(one), np.int8), (np.r_[one, other + count], np.r_[other + count, one]))
    cover = coo_array(edges, shape=(2 * count, 2 * count)).tocsr()
    label = connected_components(cover, directed=False)[1]
    first, second = label[:count], label[count:]
    if (first == second).any():
        # Mentees' sets cross mentors' sets only, so that every odd ring goes through a limit.
        limits = people + np.flatnonzero(first[people:] == second[people:])
        ring = _shortest_ring(cover, limits.tolist(), count)
        shown = " - ".join(names[k] for k in [*ring, ring[0]])
        message = (
            "Limits must part into two families, in each of which any two sets of pairs are apart "
            f"or one lies within the other. These cross in a ring: {shown}. Draw a limit around "
            "whole mentors or whole mentees, or take it out."
        )
        raise ModelError(message)
    # A set is in the first family when its first stand is in the part of the cover of the first
    # stand of the first set of its component.
    family: NDArray[np.intp] = (first > second).astype(np.intp)
    return family


def _shortest_ring(cover: Any, starts: list[int], count: int) -> list[int]:
    """Return the sets along a shortest odd ring of crossings; one of the starts is on it."""
    from scipy.sparse.csgraph import breadth_first_order

    rings = []
    for start in starts:
        before = breadth_first_order(cover, start)[1]
        walk = [int(before[start + count])]
        while walk[-1] != start:
            walk.append(int(before[walk[-1]]))
        rings.append([node % count for node in reversed(walk)])
    return min(rings, key=len)
