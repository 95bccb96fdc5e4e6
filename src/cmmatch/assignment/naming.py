"""Pairs by id, found by position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cmmatch.compatibility.source import PairSource

__all__ = ["positions"]


def positions(
    pairs: Iterable[tuple[str, str]], source: PairSource, name: str
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of mentees and mentors of pairs of ids, shapes (P,).

    Raises
    ------
    ModelError
        An id is nobody's; ``name`` says whose pairs these are.
    """
    sides = (source.mentee_ids, source.mentor_ids)
    known = [{label: k for k, label in enumerate(ids)} for ids in sides]
    found: list[list[int]] = [[], []]
    for pair in pairs:
        for side in (0, 1):
            if pair[side] not in known[side]:
                message = f"{name}: {pair[side]!r} is none of the {('mentees', 'mentors')[side]}."
                raise ModelError(message)
            found[side].append(known[side][pair[side]])
    return np.array(found[0], dtype=np.intp), np.array(found[1], dtype=np.intp)
