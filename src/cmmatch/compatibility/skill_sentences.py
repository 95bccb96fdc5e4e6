"""Sentences on skills: what is taught, by what, and what is not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.skill_levels import ANY, Credits, Offer, Wish
from cmmatch.programme.cells import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.programme.vocabulary import Vocabulary

__all__ = ["skill_sentence"]


def skill_sentence(
    wishes: Mapping[str, Wish], offers: Offer, *, credits: Credits, words: Vocabulary
) -> str:
    """Say which of the skills wanted a mentor can teach, by what, and which not."""
    ranked = sorted(wishes.items(), key=lambda item: (-item[1].weight, item[0]))
    taught, related, missed = [], [], []
    for key, wish in ranked:
        if key in offers and _earns(wish, offers[key], credits):
            taught.append(_taught(wish, offers[key]))
        elif helper := _helper(key, wish, offers, credits, words):
            related.append(f"{wish.label} by its relation to {helper}")
        else:
            missed.append(wish.label)
    head = f"Can teach {_amount(len(taught), len(wishes))}"
    if not (taught or related):
        return f"{head}: {', '.join(missed)}."
    parts = [", ".join(taught)] if taught else []
    parts += [f"in part {', '.join(related)}"] if related else []
    parts += [f"not {', '.join(missed)}"] if missed else []
    return f"{head}: {'; '.join(parts)}."


def _helper(key: str, wish: Wish, offers: Offer, credits: Credits, words: Vocabulary) -> str:
    """Name the related skill that earns most, or nothing."""
    found = [
        (-share * credits.of(level, wish.target, wish.held), -np.nan_to_num(level), label, level)
        for other, share in words.related(key).items()
        if other in offers
        for level, label in (offers[other],)
    ]
    credit, _, label, level = min(found, default=(0.0, 0.0, "", math.nan))
    said = _level(level, wish)
    return "" if not credit else f"{label} ({said})" if said else label


def _earns(wish: Wish, offer: tuple[float, str], credits: Credits) -> bool:
    return credits.of(offer[0], wish.target, wish.held) > 0


def _taught(wish: Wish, offer: tuple[float, str]) -> str:
    """Name a skill as the mentee spells it, with the mentor's level and spelling if they matter."""
    level, label = offer
    said = []
    if folded(label) != folded(wish.label):
        said.append(f"as {label!r}")
    if wish.target != ANY:
        below = f", below the {wish.target} wanted" if level < wish.target else ""
        said.append(f"{_level(level, wish)}{below}")
    return f"{wish.label} ({', '.join(said)})" if said else wish.label


def _level(level: float, wish: Wish) -> str:
    if math.isnan(level):
        return "" if wish.target == ANY else "no level given"
    return f"level {level:.0f}"


def _amount(met: int, wanted: int) -> str:
    if wanted == 1:
        return "the skill wanted" if met else "nothing of what is wanted"
    if met in (0, wanted):
        which = "both" if wanted == 2 else f"all {wanted}"
        return f"{which if met else f'none of the {wanted}'} skills wanted"
    return f"{met} of the {wanted} skills wanted"
