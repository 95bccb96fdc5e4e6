"""The five traits of each person, from ready columns or keyed items, with consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import parse_number, parse_yes_no
from cmmatch.programme.people import TRAITS
from cmmatch.programme.sheets import listed
from cmmatch.programme.traits import KEYS, scale_trait, score_items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.sheets import Sheet

__all__ = ["item_columns", "read_traits", "trait_key"]


def trait_key(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Return the items of each keyed trait, a leading ``-`` for a reversed one."""
    instrument = config.personality.instrument
    if instrument is not None:
        return KEYS[instrument]
    return {trait: items for trait, items in config.personality.key.items() if items}


def item_columns(config: Config) -> tuple[str, ...]:
    """Return the item columns that the key names, without signs, each once, sorted."""
    return tuple(sorted({item.removeprefix("-") for k in trait_key(config).values() for item in k}))


def read_traits(sheet: Sheet) -> NDArray[np.float64]:
    """Read the traits of every row, shape (n, 5), scaled to 0..1; NaN where unknown.

    Unless consent is recorded elsewhere, answers count where ``consent_personality`` is yes; the
    others are not even looked at.
    """
    consent = _consent(sheet)
    traits = np.full((len(sheet), len(TRAITS)), np.nan)
    key = trait_key(sheet.config)
    missing = [item for item in item_columns(sheet.config) if not sheet.has(item)]
    if missing:
        _report_missing(sheet, missing)
    for k, trait in enumerate(TRAITS):
        items = key.get(trait, ())
        if items and sheet.has(trait):
            _report_twice(sheet, trait, items)
        if items and not any(item.removeprefix("-") in missing for item in items):
            traits[:, k] = _from_items(sheet, items, consent)
        elif not items and sheet.has(trait):
            answers = _answers(sheet, trait, "trait-off-scale", consent)
            traits[:, k] = scale_trait(answers, scale=sheet.config.personality.scale)
    return traits


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
    if not sheet.has("consent_personality") and _has_answers(sheet):
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
    sheet: Sheet, items: tuple[str, ...], consent: NDArray[np.bool_]
) -> NDArray[np.float64]:
    columns = [item.removeprefix("-") for item in items]
    answers = [_answers(sheet, column, "item-off-scale", consent) for column in columns]
    settings = sheet.config.personality
    return score_items(
        np.stack(answers, axis=1),
        np.array([item.startswith("-") for item in items]),
        scale=settings.scale,
        minimum_answered=settings.minimum_answered,
    )


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
