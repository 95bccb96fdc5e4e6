"""Sentences on skills: what is taught, by what, and what is not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.skill_levels import ANY, Credits, Offer, Wish
from cmmatch.programme.labels import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cmmatch.programme.vocabulary import Vocabulary

__all__ = ["skill_recommendation", "skill_sentence"]


def skill_sentence(
    wishes: Mapping[str, Wish], offers: Offer, *, credits: Credits, words: Vocabulary
) -> str:
    """Say which of the skills wanted a mentor can teach, by what, and which not.

    A skill is told to be taught by whatever earns its credit: by itself, or by a related skill that
    earns more.
    """
    taught, related, missed = _sorted(wishes, offers, credits=credits, words=words)
    if not (taught or related):
        return f"Can teach {_amount(0, len(wishes))}: {', '.join(missed)}."
    parts = _parts([_taught(*each) for each in taught], related)
    parts += [f"not {', '.join(missed)}"] if missed else []
    return f"Can teach {_head(taught, related, len(wishes))}: {'; '.join(parts)}."


def skill_recommendation(
    wishes: Mapping[str, Wish], offers: Offer, *, credits: Credits, words: Vocabulary
) -> str:
    """Say which of the skills wanted a mentor can teach, and by what; "" where there is none."""
    taught, related, _ = _sorted(wishes, offers, credits=credits, words=words, lacks=False)
    if not (taught or related):
        return ""
    parts = _parts([_taught(*each, lacks=False) for each in taught], related)
    return f"Can teach {_head(taught, related, len(wishes))}: {'; '.join(parts)}."


def _sorted(
    wishes: Mapping[str, Wish],
    offers: Offer,
    *,
    credits: Credits,
    words: Vocabulary,
    lacks: bool = True,
) -> tuple[list[tuple[Wish, tuple[float, str]]], list[str], list[str]]:
    """Part the wishes, weightiest first: taught, taught by a related skill, and not.

    With ``lacks`` a related skill is said to count for more than the skill itself.
    """
    ranked = sorted(wishes.items(), key=lambda item: (-item[1].weight, item[0]))
    taught, related, missed = [], [], []
    for key, wish in ranked:
        own = offers.get(key)
        itself = credits.of(own[0], wish.target, wish.held) if own else 0.0
        by_relation, helper = _helper(key, wish, offers, credits, words)
        if by_relation > itself:
            related.append(_related(wish, helper, own if lacks else None))
        elif own and itself:
            taught.append((wish, own))
        else:
            missed.append(wish.label)
    return taught, related, missed


def _head(taught: Sequence[object], related: Sequence[object], wanted: int) -> str:
    if taught:
        return _amount(len(taught), wanted)
    return f"{_amount(len(related), wanted)} in part"


def _parts(taught: list[str], related: list[str]) -> list[str]:
    parts = [", ".join(taught)] if taught else []
    if related:
        parts.append(f"{'in part ' if taught else ''}{', '.join(related)}")
    return parts


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


def _taught(wish: Wish, offer: tuple[float, str], *, lacks: bool = True) -> str:
    """Name a skill as the mentee spells it, with the mentor's level and spelling if they matter.

    With ``lacks`` it says how far the level falls short.
    """
    level, label = offer
    said = []
    if folded(label) != folded(wish.label):
        said.append(f"as {label!r}")
    if wish.target != ANY:
        below = f", below the {wish.target} wanted" if lacks and level < wish.target else ""
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
