"""Near spellings of a name or an id that nobody has: hints for people, never used to decide."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Spellings", "did_you_mean", "near_names"]

CUTOFF = 0.8
PATIENCE = 200


def near_names(
    given: str, known: Iterable[str], *, most: int = 2, cutoff: float = 0.7
) -> list[str]:
    """Return the names most like the one given, the most alike first; case does not matter.

    Examples
    --------
    >>> near_names("Departmnt", ["team", "department"])
    ['department']
    """
    by_fold: dict[str, str] = {}
    for name in sorted(known):
        by_fold.setdefault(name.casefold(), name)
    found = get_close_matches(given.casefold(), list(by_fold), n=most, cutoff=cutoff)
    return [by_fold[fold] for fold in found]


def did_you_mean(near: Sequence[str]) -> str:
    """Return ``Did you mean 'a' or 'b'?`` with a blank after it, or nothing.

    Examples
    --------
    >>> did_you_mean(["team"])
    "Did you mean 'team'? "
    >>> did_you_mean([])
    ''
    """
    return f"Did you mean {' or '.join(map(repr, near))}? " if near else ""


class Spellings:
    """Finds ids and e-mails that look like one that was not found.

    Two ids that differ in their digits are different people, so only ids with the same digits are
    near, leading zeros aside: spreadsheets drop those. ``P0017`` and ``P0018`` are not near.

    Examples
    --------
    >>> Spellings(["00123", "anna.smith@example.org", "P-17"]).near("123")
    ['00123']
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._searches = 0
        self._alike: dict[tuple[str, str], dict[str, str]] = {}
        for label in sorted(set(known)):
            self._alike.setdefault(_key(label), {}).setdefault(_plain(label), label)

    def near(self, given: str, most: int = 2) -> list[str]:
        """Return the known labels most like the one given, the most alike first.

        A label that differs only in case, signs or leading zeros is always found. Looking for
        others takes long, so after ``PATIENCE`` searches nothing more is looked for: with so many
        strangers it is not the spelling.
        """
        alike = self._alike.get(_key(given), {})
        plain = _plain(given)
        if plain in alike:
            return [alike[plain]]
        if self._searches == PATIENCE:
            return []
        self._searches += 1
        return [alike[each] for each in get_close_matches(plain, list(alike), most, CUTOFF)]


def _key(label: str) -> tuple[str, str]:
    plain = _plain(label)
    return plain[:1], re.sub("[^0-9]", "", plain)


def _plain(label: str) -> str:
    """Case, signs and leading zeros taken away."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])|[^\w@]|_", "", label.casefold())
