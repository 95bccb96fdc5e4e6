"""Questionnaires of the five traits that cmmatch can score: their items, keys, scales, sources."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from cmmatch.errors import ModelError
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["INSTRUMENTS", "ITEM_RELIABILITY", "Instrument", "questionnaire"]

ITEM_RELIABILITY = 0.37
"""Reliability of a single item where nobody has published one for the trait.

The Mini-IPIP's alphas have the mean 0.70 over four items; by Spearman and Brown that is
``0.70 / (4 - 3 * 0.70) = 0.37`` an item, hence 0.54 for two items, 0.70 for four, 0.75 for five.
"""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One questionnaire.

    Parameters
    ----------
    name : str
        As in ``[personality] instrument``.
    scale : (lowest, highest)
        Of an answer, as published.
    key : mapping of str to tuple of str
        Item columns of each trait; a leading ``-`` reverses the item.
    source : str
        Where it was published.
    licence : str
        What may be done with its items.
    texts : mapping of str to str
        Wording of each item by its column, in the order of the questionnaire; empty where cmmatch
        does not ship it, and ``licence`` says why.
    alpha : mapping of str to float
        Cronbach's alpha by trait, as published; traits for which none is at hand are left out.
    """

    name: str
    scale: tuple[float, float]
    key: Mapping[str, tuple[str, ...]]
    source: str
    licence: str
    texts: Mapping[str, str]
    alpha: Mapping[str, float]


def _key(**items: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({trait: tuple(names.split()) for trait, names in items.items()})


NOTHING: Mapping[str, str] = MappingProxyType({})
UNKNOWN: Mapping[str, float] = MappingProxyType({})

MINI_IPIP = Instrument(
    name="mini_ipip",
    scale=(1.0, 5.0),
    key=_key(
        openness="ipip5 -ipip10 -ipip15 -ipip20",
        conscientiousness="ipip3 -ipip8 ipip13 -ipip18",
        extraversion="ipip1 -ipip6 ipip11 -ipip16",
        agreeableness="ipip2 -ipip7 ipip12 -ipip17",
        neuroticism="ipip4 -ipip9 ipip14 -ipip19",
    ),
    source="Donnellan, Oswald, Baird & Lucas 2006, doi 10.1037/1040-3590.18.2.192",
    licence="The items are of the International Personality Item Pool and in the public domain "
    "(Goldberg 1999).",
    texts=MappingProxyType(
        {
            "ipip1": "Am the life of the party.",
            "ipip2": "Sympathize with others' feelings.",
            "ipip3": "Get chores done right away.",
            "ipip4": "Have frequent mood swings.",
            "ipip5": "Have a vivid imagination.",
            "ipip6": "Don't talk a lot.",
            "ipip7": "Am not interested in other people's problems.",
            "ipip8": "Often forget to put things back in their proper place.",
            "ipip9": "Am relaxed most of the time.",
            "ipip10": "Am not interested in abstract ideas.",
            "ipip11": "Talk to a lot of different people at parties.",
            "ipip12": "Feel others' emotions.",
            "ipip13": "Like order.",
            "ipip14": "Get upset easily.",
            "ipip15": "Have difficulty understanding abstract ideas.",
            "ipip16": "Keep in the background.",
            "ipip17": "Am not really interested in others.",
            "ipip18": "Make a mess of things.",
            "ipip19": "Seldom feel blue.",
            "ipip20": "Do not have a good imagination.",
        }
    ),
    alpha=MappingProxyType(
        {
            "openness": 0.65,
            "conscientiousness": 0.69,
            "extraversion": 0.77,
            "agreeableness": 0.70,
            "neuroticism": 0.68,
        }
    ),
)

# Emotional stability is the other end of neuroticism, so its items are turned round.
TIPI = Instrument(
    name="tipi",
    scale=(1.0, 7.0),
    key=_key(
        openness="tipi5 -tipi10",
        conscientiousness="tipi3 -tipi8",
        extraversion="tipi1 -tipi6",
        agreeableness="-tipi2 tipi7",
        neuroticism="tipi4 -tipi9",
    ),
    source="Gosling, Rentfrow & Swann 2003, doi 10.1016/S0092-6566(03)00046-1",
    licence="The wording belongs to its authors; take it from them. cmmatch scores the answers.",
    texts=NOTHING,
    alpha=UNKNOWN,
)

BFI_10 = Instrument(
    name="bfi_10",
    scale=(1.0, 5.0),
    key=_key(
        openness="-bfi5 bfi10",
        conscientiousness="-bfi3 bfi8",
        extraversion="-bfi1 bfi6",
        agreeableness="bfi2 -bfi7",
        neuroticism="-bfi4 bfi9",
    ),
    source="Rammstedt & John 2007, doi 10.1016/j.jrp.2006.02.001",
    licence="The wording is free for research only; ask its authors. cmmatch scores the answers.",
    texts=NOTHING,
    alpha=UNKNOWN,
)

IPIP_25 = Instrument(
    name="ipip_25",
    scale=(1.0, 6.0),
    key=_key(
        openness="O1 -O2 O3 O4 -O5",
        conscientiousness="C1 C2 C3 -C4 -C5",
        extraversion="-E1 -E2 E3 E4 E5",
        agreeableness="-A1 A2 A3 A4 A5",
        neuroticism="N1 N2 N3 N4 N5",
    ),
    source="Data set bfi of the R package psych (Revelle), items of the International Personality "
    "Item Pool",
    licence="The items are in the public domain (Goldberg 1999). cmmatch scores the answers; for a "
    "questionnaire to hand out, take mini_ipip, which is shorter and validated as a whole.",
    texts=NOTHING,
    alpha=UNKNOWN,
)

INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType(
    {each.name: each for each in (MINI_IPIP, TIPI, BFI_10, IPIP_25)}
)
"""Every instrument by its name."""


def questionnaire(name: str) -> dict[str, str]:
    """Return the items of a questionnaire, to be handed out.

    Parameters
    ----------
    name : str
        Of an instrument whose items are in the public domain: ``mini_ipip``.

    Returns
    -------
    dict of str to str
        The wording of each item by the column that its answers go to, in the order in which they
        are asked. The answers run from 1, very inaccurate, to 5, very accurate.

    Raises
    ------
    ModelError
        If there is no such instrument, or cmmatch does not ship its wording.

    Examples
    --------
    >>> items = questionnaire("mini_ipip")
    >>> len(items), items["ipip13"]
    (20, 'Like order.')
    """
    if name not in INSTRUMENTS:
        hint = did_you_mean(near_names(name, tuple(INSTRUMENTS)))
        message = f"The instrument must be one of {', '.join(INSTRUMENTS)}; given {name!r}. {hint}"
        raise ModelError(message.rstrip())
    found = INSTRUMENTS[name]
    if not found.texts:
        message = (
            f"The instrument must be one whose items cmmatch ships: mini_ipip; given {name!r}. "
            f"{found.licence}"
        )
        raise ModelError(message)
    return dict(found.texts)
