"""The canonical order of people: a seeded lot over their ids, the same in any row order."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["canonical_order", "lots", "pair_lots"]


def canonical_order(ids: Sequence[str] | NDArray[np.object_], *, seed: int) -> NDArray[np.intp]:
    """Return the positions of people sorted by a seeded hash of their id.

    Whatever is compared, sampled or handed to a solver is put into this order first, so that the
    order of rows in a file decides nothing. It is a lottery: another seed is another draw.

    Parameters
    ----------
    ids : sequence of str, length n
        Unique labels.
    seed : int
        The programme's seed, 0 <= seed < 2**63.

    Returns
    -------
    array of int, shape (n,)
        ``ids[order]`` is the canonical sequence.

    Examples
    --------
    >>> first = [["a", "b", "c"][k] for k in canonical_order(["a", "b", "c"], seed=7)]
    >>> again = [["c", "a", "b"][k] for k in canonical_order(["c", "a", "b"], seed=7)]
    >>> first == again
    True
    """
    key = seed.to_bytes(8, "big")
    keys = [(blake2b(label.encode(), digest_size=8, key=key).digest(), label) for label in ids]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)


def lots(ids: Sequence[str] | NDArray[np.object_], *, seed: int) -> NDArray[np.uint64]:
    """Return the seeded hash of each id, for lots that pairs draw; see :func:`pair_lots`.

    Parameters
    ----------
    ids : sequence of str, length n
        Labels.
    seed : int
        The programme's seed, 0 <= seed < 2**63.

    Returns
    -------
    uint64, shape (n,)
        The same for an id whatever its position.
    """
    key = seed.to_bytes(8, "big")
    drawn = b"".join(blake2b(each.encode(), digest_size=8, key=key).digest() for each in ids)
    return np.frombuffer(drawn, dtype=">u8").astype(np.uint64)


def pair_lots(mentee: NDArray[np.uint64], mentor: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Draw a lot for each pair from the lots of its two people; the lowest comes first.

    The two are mixed so that who is first among equals differs from mentee to mentee.

    Parameters
    ----------
    mentee, mentor : uint64, shape (P,)
        From :func:`lots`.

    Returns
    -------
    uint64, shape (P,)
        All different for one mentee and different mentors, unless their hashes are the same.

    Notes
    -----
    The finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195), a
    one-to-one mapping of 64 bits, on ``3 * mentee + mentor``.
    """
    mixed = mentee * np.uint64(3) + mentor
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
