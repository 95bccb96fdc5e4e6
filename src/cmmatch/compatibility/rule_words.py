"""What a hard rule is called where people read: a few words, and a sentence."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.programme.config import EligibilitySettings

__all__ = ["rule_sentence", "rule_title"]

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "not_self": "the same person",
        "own_line": "own reporting line",
        "same_manager": "same manager",
        "same_team": "same team",
        "appraiser": "one appraises the other",
        "inactive": "paused or left",
        "forbidden": "forbidden or declined",
        "minimum_overlap": "too few common free hours",
        "common_language": "no common language",
        "grade_band": "grade not in the band",
    }
)
"""Why a rule refuses, by its name."""

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "not_self": "Nobody meets themselves.",
        "own_line": "Nobody meets a line manager of theirs, {line_manager_levels} levels up or "
        "down.",
        "same_manager": "Nobody meets somebody with the same manager.",
        "same_team": "Nobody meets somebody of the same team.",
        "appraiser": "Nobody meets somebody whom they appraise, or who appraises them.",
        "inactive": "Nobody who is paused or has left is matched.",
        "forbidden": "No pair that was forbidden or declined.",
        "minimum_overlap": "At least {min_overlap_hours_per_week:g} common free hours in every "
        "week.",
        "common_language": "At least one language in common.",
        "grade_band": "The grade of a mentor is within the band above that of the mentee.",
        "same": "The same value on both sides.",
        "different": "Different values on both sides.",
    }
)
"""What each built-in rule says, with the names of its settings in braces."""


def rule_title(name: str) -> str:
    """Return in a few words why a rule refuses; its name where it is a rule from elsewhere.

    Examples
    --------
    >>> rule_title("minimum_overlap"), rule_title("different:campus")
    ('too few common free hours', 'same campus')
    """
    kind, _, column = name.partition(":")
    if column and kind in ("same", "different"):
        return f"{'other' if kind == 'same' else 'same'} {column}"
    return TITLES.get(name, name)


def rule_sentence(name: str, settings: EligibilitySettings) -> str:
    """Return what a rule says under its settings; nothing where it is a rule from elsewhere.

    Examples
    --------
    >>> from cmmatch import Config
    >>> rule_sentence("minimum_overlap", Config().eligibility)
    'At least 1 common free hour in every week.'
    """
    said = SENTENCES.get(name.partition(":")[0], "").format(**settings.model_dump())
    return ONE.sub(r"\1", said)


ONE = re.compile(r"(\b1 (?:level|common free hour))s")
"""One of them is not several."""
