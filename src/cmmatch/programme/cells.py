"""What one cell says: text to value, by closed rules; what is not understood raises ``ValueError``.

Nothing here guesses. The message of the error says what must hold; the caller adds where the cell
is, what it holds and what to do. Blank cells never come here: a blank is the column's business.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from math import isnan, nan
from types import MappingProxyType
from typing import TYPE_CHECKING

from cmmatch.programme.labels import folded, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "NOT_YET_OR_NO_MORE",
    "STATUS_WORDS",
    "Skill",
    "has_worded_level",
    "looks_like_formula",
    "parse_date",
    "parse_list",
    "parse_number",
    "parse_skills",
    "parse_status",
    "parse_whole",
    "parse_yes_no",
    "plain_status",
    "seems_parted_by_commas",
]

Skill = tuple[str, float, bool]
"""Label, level (NaN where none is given), and whether it is a must."""

LARGEST_WHOLE = 1_000_000
LEVELS = range(1, 6)

_WHOLE = re.compile(r"[0-9]+(\.0*)?")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_COMMA = re.compile(r"[+-]?[0-9][0-9.]*,[0-9,.]*")
_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_SPLIT = re.compile(r";|\|\|\|")
_LEVEL_LIKE = re.compile(r"(?=.*[0-9])[0-9.,/%+ -]+")

YES = frozenset({"yes", "y", "true", "1", "1.0"})
NO = frozenset({"no", "n", "false", "0", "0.0"})

STATUS_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "active": ("active", "a", "available", "partly available", "current"),
        "paused": (
            "paused", "on leave", "leave", "l", "inactive", "on hold", "unavailable",
            "incomplete", "imported", "ineligible", "full",
        ),
        "left": ("left", "terminated", "t", "leaver", "departed", "resigned", "retired"),
    }
)  # fmt: skip
"""Every word that a status may be written as; case, ``-`` and ``_`` do not matter."""

NOT_YET_OR_NO_MORE = ("incomplete", "imported", "ineligible", "full")
"""States of mentoring platforms in which nobody is matched: read as paused, and noted."""

_STATUS = {word: status for status, words in STATUS_WORDS.items() for word in words}

WORDED_LEVELS = frozenset(
    {
        "novice", "beginner", "basic", "elementary", "junior", "low",
        "intermediate", "medium", "average", "competent", "working knowledge",
        "good", "proficient", "advanced", "senior", "high", "fluent", "native", "expert", "master",
    }
)  # fmt: skip


def parse_whole(text: str, least: int = 0) -> int:
    """Read a whole number.

    ``2`` and ``2.0`` are 2; ``2.5``, ``-1``, ``1e3`` and ``two`` are refused.

    Raises
    ------
    ValueError
        It is not a whole number from ``least`` to 1000000.

    Examples
    --------
    >>> parse_whole("2.0")
    2
    >>> parse_whole("2.5")
    Traceback (most recent call last):
    ValueError: The value must be a whole number from 0 to 1000000.
    """
    # Longer texts are not turned into an int at all: Python limits how many digits it reads.
    value = int(text.partition(".")[0]) if _WHOLE.fullmatch(text) and len(text) < 30 else -1
    if not least <= value <= LARGEST_WHOLE:
        message = f"The value must be a whole number from {least} to {LARGEST_WHOLE}."
        raise ValueError(message)
    return value


def parse_number(text: str, least: float = 0.0, most: float = 1e6) -> float:
    """Read a number with a decimal point.

    Raises
    ------
    ValueError
        It is not a plain number from ``least`` to ``most``. A comma is refused by a message of
        its own, since it may stand for a decimal point or for thousands.

    Examples
    --------
    >>> parse_number("6.5")
    6.5
    >>> parse_number("6,5")
    Traceback (most recent call last):
    ValueError: The value must have a decimal point and no comma.
    """
    if _COMMA.fullmatch(text):
        message = "The value must have a decimal point and no comma."
        raise ValueError(message)
    value = float(text) if _NUMBER.fullmatch(text) else nan
    if not least <= value <= most:
        message = f"The value must be a number from {least:g} to {most:g}."
        raise ValueError(message)
    return value


def parse_date(text: str) -> date:
    """Read a day: ``2026-12-01``, or the date and time that a spreadsheet makes of it.

    Raises
    ------
    ValueError
        It is not written year first, there is no such day, or it is not between 1900 and 2199.
        ``01/02/2026`` is refused: nobody can say which of the two is the month.

    Examples
    --------
    >>> parse_date("2026-12-01 00:00:00")
    datetime.date(2026, 12, 1)
    """
    written = _ISO_DAY.fullmatch(text)
    if written is None:
        message = "The value must be a day written year-month-day, such as 2026-12-01."
        raise ValueError(message)
    try:
        day = date.fromisoformat(written[1])
        if written[2]:
            datetime.fromisoformat(text)
    except ValueError:
        message = "The value must be a day of the calendar."
        raise ValueError(message) from None
    if not 1900 <= day.year < 2200:
        message = "The value must be a day from 1900 to 2199."
        raise ValueError(message)
    return day


def parse_yes_no(text: str) -> bool:
    """Read yes, y, true or 1 as true; no, n, false or 0 as false; in any case.

    Raises
    ------
    ValueError
        It is none of these.

    Examples
    --------
    >>> parse_yes_no("Yes"), parse_yes_no("0")
    (True, False)
    """
    word = text.casefold()
    if word not in YES | NO:
        message = "The value must be yes or no."
        raise ValueError(message)
    return word in YES


def parse_status(text: str) -> str:
    """Read a status word as ``active``, ``paused`` or ``left``; the words are ``STATUS_WORDS``.

    Raises
    ------
    ValueError
        It is not one of the words.

    Examples
    --------
    >>> parse_status("On-leave")
    'paused'
    """
    status = _STATUS.get(plain_status(text))
    if status is None:
        message = "The status must be active, paused or left."
        raise ValueError(message)
    return status


def plain_status(text: str) -> str:
    """Return a status in the form of ``STATUS_WORDS``.

    Examples
    --------
    >>> plain_status("On-Leave")
    'on leave'
    """
    return tidy(text.casefold().replace("-", " ").replace("_", " "))


def parse_list(text: str) -> tuple[str, ...]:
    """Read a list parted by ``;`` or ``|||``, in the order written.

    Commas do not part: ``"Hamburg, Germany; Bern"`` has two entries. Blank entries are dropped, and
    entries that are :func:`~cmmatch.programme.labels.folded` alike count once, as first written.

    Examples
    --------
    >>> parse_list("Hamburg,  Germany; Bern;; bern")
    ('Hamburg, Germany', 'Bern')
    """
    first: dict[str, str] = {}
    for entry in map(tidy, _SPLIT.split(text)):
        if entry:
            first.setdefault(folded(entry), entry)
    return tuple(first.values())


def seems_parted_by_commas(text: str) -> bool:
    """Whether a list is one entry with commas, which may have been meant as several.

    Examples
    --------
    >>> seems_parted_by_commas("English, German"), seems_parted_by_commas("Bern, CH; Rome")
    (True, False)
    """
    return "," in text.strip(", ") and not _SPLIT.search(text)


def parse_skills(text: str) -> tuple[Skill, ...]:
    """Read a list of skills, ``python:3; negotiation!; R``: label, level or NaN, whether a must.

    A level is a whole number from 1 to 5 after a colon; ``!`` stands at the end or before the
    colon. A colon followed by words belongs to the label, as do the signs of ``C++``, ``C#`` and
    ``F#``. A skill written twice is taken once, as first written, with its level if either has one,
    as a must if either is.

    Raises
    ------
    ValueError
        A level is not a whole number from 1 to 5, a level is missing after a colon, a label is
        missing, or a skill is written twice with different levels.

    Examples
    --------
    >>> parse_skills("python:3!; C++; AWS: Lambda")
    (('python', 3.0, True), ('C++', nan, False), ('AWS: Lambda', nan, False))
    """
    found: dict[str, Skill] = {}
    bad: dict[str, list[str]] = {}
    for entry in filter(None, map(tidy, _SPLIT.split(text))):
        try:
            label, level, must = _skill(entry)
            before = found.get(folded(label))
            found[folded(label)] = _merged(before, level, must) if before else (label, level, must)
        except _BadSkill as error:
            bad.setdefault(error.problem, []).append(error.given)
    if bad:
        raise ValueError(" ".join(f"{each} {', '.join(given)}." for each, given in bad.items()))
    return tuple(found.values())


class _BadSkill(ValueError):
    """What must hold of a skill, and the one for which it does not."""

    def __init__(self, problem: str, given: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.given = given


def _skill(entry: str) -> Skill:
    bare = entry.rstrip("! ")
    must = bare != entry
    head, colon, tail = bare.rpartition(":")
    level = nan
    label = bare
    if colon and (not tail.strip() or _LEVEL_LIKE.fullmatch(tail)):
        level = _level(entry, tail.strip())
        label = head.rstrip("! ")
        must = must or label != head.rstrip()
    if not label:
        message = "Each skill must have a name; there is none in"
        raise _BadSkill(message, repr(entry))
    return label, level, must


def _level(entry: str, text: str) -> float:
    if not _WHOLE.fullmatch(text) or int(text.partition(".")[0]) not in LEVELS:
        message = "The level after the colon must be a whole number from 1 to 5; see"
        raise _BadSkill(message, repr(entry))
    return float(text)


def _merged(before: Skill, level: float, must: bool) -> Skill:
    label, known, was_must = before
    if not isnan(known) and not isnan(level) and known != level:
        message = "Each skill must have one level; see"
        raise _BadSkill(message, f"{label!r} with {known:g} and {level:g}")
    return label, level if isnan(known) else known, was_must or must


def has_worded_level(label: str) -> bool:
    """Whether a label ends in a level written as a word, such as ``python:expert``.

    Examples
    --------
    >>> has_worded_level("python: expert"), has_worded_level("AWS: Lambda")
    (True, False)
    """
    head, _, tail = label.rpartition(":")
    return bool(head) and tail.strip().casefold() in WORDED_LEVELS


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text: ``=``, ``@``, ``+`` or ``-`` first, and no number.

    Examples
    --------
    >>> looks_like_formula("=1+1"), looks_like_formula("-17"), looks_like_formula("P-17")
    (True, False, False)
    >>> looks_like_formula("'=1+1")
    True
    """
    # An apostrophe before such a sign is what our own export puts there, and our reader takes away.
    return text.lstrip("'").startswith(("=", "@", "+", "-")) and not _NUMBER.fullmatch(text)
