"""The five traits of each person, from ready columns or keyed items, with consent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import parse_number, parse_yes_no
from cmmatch.programme.instruments import INSTRUMENTS, ITEM_RELIABILITY
from cmmatch.programme.people import TRAITS
from cmmatch.programme.sheets import listed
from cmmatch.programme.traits import (
    against_the_rest,
    cronbach_alpha,
    keyed_answers,
    scale_trait,
    score_items,
    spearman_brown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.sheets import Sheet

__all__ = ["item_columns", "least_alpha", "read_traits", "trait_key", "whole_reliability"]

READY_RELIABILITY = 0.5
"""Of a ready column about which nothing is declared: cautiously, that of a two-item trait."""

LOW_ALPHA = 0.5
ENOUGH_ANSWERS = 30
"""Fewer complete answers say too little about alpha to trouble anybody."""


def trait_key(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Return the items of each keyed trait, a leading ``-`` for a reversed one."""
    instrument = config.personality.instrument
    if instrument is not None:
        return INSTRUMENTS[instrument].key
    return {trait: items for trait, items in config.personality.key.items() if items}


def item_columns(config: Config) -> tuple[str, ...]:
    """Return the item columns that the key names, without signs, each once, sorted."""
    return tuple(sorted({item.removeprefix("-") for k in trait_key(config).values() for item in k}))


def whole_reliability(config: Config, trait: str) -> float:
    """Return the reliability of a trait that a person has answered in full, 0..1.

    What ``[personality] reliability`` declares; else the alpha published for the instrument; else
    0.37 an item (:data:`~cmmatch.programme.instruments.ITEM_RELIABILITY`), brought to the number of
    items by Spearman and Brown; else, for a ready column, 0.5. The programme's own alpha is not
    taken: it would move every value when a few people join.

    Examples
    --------
    >>> from cmmatch.programme.config import Config
    >>> tipi = Config.model_validate({"personality": {"instrument": "tipi"}})
    >>> round(whole_reliability(tipi, "openness"), 2)
    0.54
    """
    settings = config.personality
    items = trait_key(config).get(trait, ())
    published = INSTRUMENTS[settings.instrument].alpha if settings.instrument else {}
    if settings.reliability is not None:
        return settings.reliability
    if trait in published:
        return published[trait]
    if items:
        return float(spearman_brown(ITEM_RELIABILITY, np.array(len(items), dtype=np.float64)))
    return READY_RELIABILITY


def read_traits(sheet: Sheet) -> dict[str, NDArray[np.float64]]:
    """Read the traits of every row and how far each can be trusted.

    Unless consent is recorded elsewhere, answers count where ``consent_personality`` is yes; the
    others are not even looked at. Who answered some of a trait's items has a reliability lowered by
    :func:`~cmmatch.programme.traits.spearman_brown`.

    Returns
    -------
    dict
        ``traits`` and ``trait_reliability`` as in :class:`cmmatch.programme.people.People`, one row
        for each row of the sheet.
    """
    consent = _consent(sheet)
    traits = np.full((len(sheet), len(TRAITS)), np.nan)
    answered = np.ones_like(traits)
    key = trait_key(sheet.config)
    missing = [item for item in item_columns(sheet.config) if not sheet.has(item)]
    if missing:
        _report_missing(sheet, missing)
    for k, trait in enumerate(TRAITS):
        items = key.get(trait, ())
        if items and sheet.has(trait):
            _report_twice(sheet, trait, items)
        if items and not any(item.removeprefix("-") in missing for item in items):
            traits[:, k], answered[:, k] = _from_items(sheet, trait, items, consent=consent)
        elif not items and sheet.has(trait):
            answers = _answers(sheet, trait, "trait-off-scale", consent)
            traits[:, k] = scale_trait(answers, scale=sheet.config.personality.scale)
    answered[np.isnan(traits)] = np.nan
    reliability = [
        spearman_brown(whole_reliability(sheet.config, trait), answered[:, k])
        for k, trait in enumerate(TRAITS)
    ]
    return {"traits": traits, "trait_reliability": np.stack(reliability, axis=1)}


def _consent(sheet: Sheet) -> NDArray[np.bool_]:
    given = sheet.read(
        "consent_personality",
        parse_yes_no,
        code="consent-not-yes-or-no",
        remedy="Write yes or no; blank is no.",
        blank=False,
    )
    if sheet.config.privacy.personality == "given":
        return np.ones(len(sheet), dtype=np.bool_)
    said = sheet.has("consent_personality") or sheet.setting_is_bad("privacy.personality")
    if not said and _has_answers(sheet):
        sheet.fault(
            "consent-missing",
            None,
            "consent_personality",
            problem="Answers on personality count only with consent, and no column tells of it.",
            remedy="Add the column with yes or no, or set [privacy] personality to 'given' if "
            "consent is recorded elsewhere.",
            note=True,
        )
    return np.array(given.values, dtype=np.bool_)


def _has_answers(sheet: Sheet) -> bool:
    names = [*TRAITS, *item_columns(sheet.config)]
    return any(sheet.has(name) and sheet.text(name).any() for name in names)


def _from_items(
    sheet: Sheet, trait: str, items: tuple[str, ...], *, consent: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score one trait; return it with the share of its items that each person answered."""
    columns = [item.removeprefix("-") for item in items]
    each = [_answers(sheet, column, "item-off-scale", consent) for column in columns]
    answers = np.stack(each, axis=1)
    reverse = np.array([item.startswith("-") for item in items])
    settings = sheet.config.personality
    _note_consistency(sheet, trait, items, keyed_answers(answers, reverse, scale=settings.scale))
    scores = score_items(
        answers, reverse, scale=settings.scale, minimum_answered=settings.minimum_answered
    )
    return scores, (~np.isnan(answers)).sum(axis=1) / len(items)


def _answers(
    sheet: Sheet, column: str, code: str, consent: NDArray[np.bool_]
) -> NDArray[np.float64]:
    low, high = sheet.config.personality.scale
    cells = sheet.read(
        column,
        lambda text: parse_number(text, low, high),
        code=code,
        remedy="Correct the answer or leave it blank; the scale is [personality] scale.",
        blank=np.nan,
        where=consent,
    )
    return np.array(cells.values, dtype=np.float64)


def least_alpha(items: int) -> float:
    """Return the alpha below which a trait of so many items is noted.

    0.5; for two items a third, which is what the same items come to by Spearman and Brown: sound
    two-item traits often lie below 0.5, because their items are chosen to differ.

    Examples
    --------
    >>> round(least_alpha(2), 2), least_alpha(4)
    (0.33, 0.5)
    """
    if items > 2:
        return LOW_ALPHA
    return float(spearman_brown(LOW_ALPHA, np.array(0.5)))


def _note_consistency(
    sheet: Sheet, trait: str, items: tuple[str, ...], keyed: NDArray[np.float64]
) -> None:
    """Note items of one trait that do not go together in this table."""
    alpha, n = cronbach_alpha(keyed)
    if n < ENOUGH_ANSWERS or math.isnan(alpha) or alpha >= least_alpha(len(items)):
        return
    against = [item for item, turn in zip(items, against_the_rest(keyed), strict=True) if turn]
    which = f"; against the others run {listed(against)}" if against else ""
    shown = f"{alpha:.2f}" if alpha > -10 else "below -10"
    sheet.faults.add(
        "items-inconsistent",
        table=sheet.table.name,
        problem=f"The items of one trait should go together; Cronbach's alpha of {trait} is "
        f"{shown} over {n} complete answers{which}.",
        remedy="A reversed item may be keyed wrongly, or the export may have turned it already; "
        "compare the signs of the key with the questionnaire.",
        note=True,
    )


def _report_missing(sheet: Sheet, missing: list[str]) -> None:
    count = f"{len(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    sheet.faults.add(
        "item-column-missing",
        table=sheet.table.name,
        problem=f"Every item of the personality key must have a column; {count}: "
        f"{listed(missing)}.",
        remedy=f"Add the columns, name their headings in [columns.{sheet.kind}], or take the key "
        "out of [personality].",
    )


def _report_twice(sheet: Sheet, trait: str, items: tuple[str, ...]) -> None:
    sheet.fault(
        "trait-twice",
        None,
        trait,
        problem=f"A trait must be given ready or as items, not both; the key has {listed(items)}.",
        remedy="Remove the column, or take the trait out of the key.",
    )
