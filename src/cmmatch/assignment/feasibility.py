"""Feasibility of degrees: who must have more pairs than can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.links import Aim
from cmmatch.assignment.pairwise import Constant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.model import Model
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["Shortage", "contradictions", "minimum_loads"]

NAME = "minimum loads"


class Shortage(NamedTuple):
    """Why nothing is feasible; without sentences something is."""

    sentences: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()


def contradictions(space: Space, model: Model) -> Shortage:
    """Name people whose minimum, or whose required pairs, are more than their upper bound."""
    mentee, mentor = np.divmod(space.required, space.width)
    found = []
    for side, people in (("mentee", mentee), ("mentor", mentor)):
        lower, upper = (getattr(space.rules, f"{side}_{end}") for end in ("lower", "upper"))
        ids = getattr(model.candidates.source, f"{side}_ids")
        required = np.bincount(people, minlength=len(upper))
        found += [
            f"{ids[k]} has {required[k]} required pairs but may have at most {upper[k]}."
            for k in np.flatnonzero(required > upper)
        ]
        found += [
            f"{ids[k]} must have at least {lower[k]} but can have at most {upper[k]}: "
            "no more than there are places, or people on the other side."
            for k in np.flatnonzero(lower > upper)
        ]
    return Shortage(tuple(sorted(found)))


def minimum_loads(space: Space, search: Search, model: Model) -> Shortage:
    """Name people whose minimum is missed in a matching that misses the least."""
    rules = space.rules
    wanted = int(rules.mentee_lower.sum() + rules.mentor_lower.sum())
    if not (wanted and space.degrees_only):
        return Shortage()
    aim = Aim(
        Constant(0),
        mentee_steps=_up_to(rules.mentee_lower),
        mentor_steps=_up_to(rules.mentor_lower),
    )
    best = search.maximise(space.without_minimum(), aim, name=NAME, enough=wanted)
    if best.link is None:
        return Shortage()
    source = model.candidates.source
    found = [
        *_missed(rules.mentee_lower, best.chosen.mentee, space, 0, source.mentee_ids),
        *_missed(rules.mentor_lower, best.chosen.mentor, space, 1, source.mentor_ids),
    ]
    return Shortage(tuple(sorted(found)), (Proof(NAME, best.space, best.link),))


def _up_to(lower: NDArray[np.int64]) -> NDArray[np.int64]:
    """One for each pair up to the minimum: what is missed is what is not added."""
    return (np.arange(int(lower.max(initial=0)))[None, :] < lower[:, None]).astype(np.int64)


def _missed(
    lower: NDArray[np.int64],
    people: NDArray[np.int64],
    space: Space,
    side: int,
    ids: NDArray[np.object_],
) -> list[str]:
    load = np.bincount(people, minlength=len(lower))
    fixed = np.bincount(np.divmod(space.required, space.width)[side], minlength=len(lower))
    return [
        f"{ids[k]} must have at least {lower[k] - fixed[k]} besides any required, but the minimum "
        f"loads stand in each other's way: with as few missed as can be, this one gets "
        f"{load[k] - fixed[k]}."
        for k in np.flatnonzero(load < lower)
    ]
