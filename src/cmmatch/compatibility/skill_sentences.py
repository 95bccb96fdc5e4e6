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
    """Say which of the skills wanted a mentor can teach, by what, and which not.

    A skill is told to be taught by whatever earns its credit: by itself, or by a related skill that
    earns more.
    """
    ranked = sorted(wishes.items(), key=lambda item: (-item[1].weight, item[0]))
    taught, related, missed = [], [], []
    for key, wish in ranked:
        own = offers.get(key)
        itself = credits.of(own[0], wish.target, wish.held) if own else 0.0
        by_relation, helper = _helper(key, wish, offers, credits, words)
        if by_relation > itself:
            related.append(_related(wish, helper, own))
        elif own and itself:
            taught.append(_taught(wish, own))
        else:
            missed.append(wish.label)
    return _put_together(taught, related, missed)


def _put_together(taught: list[str], related: list[str], missed: list[str]) -> str:
    wanted = len(taught) + len(related) + len(missed)
    if not (taught or related):
        return f"Can teach {_amount(0, wanted)}: {', '.join(missed)}."
    if taught:
        head, parts = _amount(len(taught), wanted), [", ".join(taught)]
        parts += [f"in part {', '.join(related)}"] if related else []
    else:
        head, parts = f"{_amount(len(related), wanted)} in part", [", ".join(related)]
    parts += [f"not {', '.join(missed)}"] if missed else []
    return f"Can teach {head}: {'; '.join(parts)}."


def _helper(
    key: str, wish: Wish, offers: Offer, credits: Credits, words: Vocabulary
) -> tuple[float, tuple[float, str]]:
    """Return what the related skill that earns most does earn, 0 if there is none, and the skill.

    Of several the one at the highest level, then the first by name.
    """
    found = [
        (-share * credits.of(level, wish.target, wish.held), -np.nan_to_num(level), label, level)
        for other, share in words.related(key).items()
        if other in offers
        for level, label in (offers[other],)
    ]
    credit, _, label, level = min(found, default=(0.0, 0.0, "", math.nan))
    return -credit, (level, label)


def _related(wish: Wish, helper: tuple[float, str], own: tuple[float, str] | None) -> str:
    """Name the related skill, and the skill itself if it is offered but earns less."""
    level, label = helper
    said = [_level(level, wish)] if _level(level, wish) else []
    if own:
        at = "without a level" if math.isnan(own[0]) else f"at level {own[0]:.0f}"
        said.append(f"which counts for more than the skill itself {at}")
    helped = f"{label} ({', '.join(said)})" if said else label
    return f"{wish.label} by its relation to {helped}"


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
