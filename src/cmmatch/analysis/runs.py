"""What a folder of results says of a run: the pairs made, who has nobody, the settings then."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.programme.config import Config

__all__ = ["Difference", "Made", "Run", "differences", "not_on_one_scale"]

NO_SCORE = (
    "eligibility.", "files.", "limits", "limits.", "objectives.", "privacy.protected",
    "privacy.retention_months", "programme.hours_per_pair", "programme.name", "programme.roles.",
    "programme.seed", "quality.", "report.",
)  # fmt: skip
"""How the paths of settings begin that choose among pairs, or name things, and move no score."""


@dataclass(frozen=True, slots=True)
class Made:
    """A pair as it was written.

    Parameters
    ----------
    score : float
        In its own run.
    rank : int
        Of the mentor among all that the mentee could meet then, by score; 1 is the best.
    """

    score: float
    rank: int


@dataclass(frozen=True, eq=False)
class Run:
    """The results of one run.

    Parameters
    ----------
    folder : str
        Where they lie, as given.
    config : Config
        The settings then.
    pairs : mapping of (mentee id, mentor id) to Made
        The pairs.
    unserved : mapping of str to str
        Mentees who got fewer mentors than wanted, by id, with the reason.
    figures : mapping of str to int
        Counts of the whole programme: ``mentees``, ``mentors``, ``mentors_wanted``, ``places``,
        ``not_taking_part``.
    weights, neutral : mappings of str to float
        By component: the share of the weight, and what an unknown answer counts as.
    tables : mapping of str to str
        Checksums of the tables that went in, by name.
    version : str
        Of cmmatch.
    proven : bool
        Whether every objective was proven best under the settings of the run.
    names : mapping of (side, id) to str, default none
        Names of people, where there are any; side is "mentee" or "mentor".
    """

    folder: str
    config: Config
    pairs: Mapping[tuple[str, str], Made]
    unserved: Mapping[str, str]
    figures: Mapping[str, int]
    weights: Mapping[str, float]
    neutral: Mapping[str, float]
    tables: Mapping[str, str]
    version: str
    proven: bool
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def mentors_of(self) -> Mapping[str, tuple[str, ...]]:
        """Mentors of each mentee who has any, sorted by id."""
        return self._partners(0)

    @cached_property
    def mentees_of(self) -> Mapping[str, tuple[str, ...]]:
        """Mentees of each mentor who has any, sorted by id."""
        return self._partners(1)

    def _partners(self, side: int) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for pair in sorted(self.pairs):
            found.setdefault(pair[side], []).append(pair[1 - side])
        return {person: tuple(sorted(others)) for person, others in found.items()}

    @property
    def listed(self) -> frozenset[str]:
        """Mentees of whom the results tell: all who want a mentor."""
        return frozenset(self.mentors_of) | frozenset(self.unserved)

    def name(self, side: str, label: str) -> str:
        """Name of somebody; the id where there is no name."""
        return self.names.get((side, label), "") or label


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is set differently.

    Parameters
    ----------
    what : str
        The path of the setting, such as ``eligibility.off``; ``weights.skills`` for a weight in
        play, as a share of all; ``input.mentees.csv`` for a table; ``cmmatch`` for the version.
    a, b : str
        As JSON; empty where it is not there.
    """

    what: str
    a: str
    b: str


def differences(a: Run, b: Run) -> tuple[Difference, ...]:
    """List what was set, weighed or handed in differently in two runs.

    Returns
    -------
    tuple of Difference
        Settings by path, weights in play, the values of unknown answers, tables, and the version.
    """
    one, other = _facts(a), _facts(b)
    return tuple(
        Difference(what, one.get(what, ""), other.get(what, ""))
        for what in sorted({*one, *other}, key=_order)
        if one.get(what) != other.get(what)
    )


def not_on_one_scale(found: tuple[Difference, ...]) -> tuple[str, ...]:
    """Name what keeps the scores of two runs from being compared one to one; empty if nothing does.

    Weights, values of unknown answers, the version, and every setting but those that only choose
    among pairs or give names. That tables differ does not: scores then follow what people answered.
    """
    return tuple(
        each.what
        for each in found
        if not each.what.startswith("input.") and not _moves_no_score(each.what)
    )


def _moves_no_score(what: str) -> bool:
    return any(what.startswith(each) if each[-1] == "." else what == each for each in NO_SCORE)


def _facts(run: Run) -> dict[str, str]:
    settings = run.config.model_dump(mode="json")
    # The weights in play say more: presets fill them in, and a scale for all changes nothing.
    settings.pop("weights")
    facts = {path: _told(value) for path, value in _flat(settings)}
    facts |= {f"weights.{name}": _told(round(value, 6)) for name, value in run.weights.items()}
    facts |= {f"unknown.{name}": _told(value) for name, value in run.neutral.items()}
    facts |= {f"input.{name}": checksum[:8] for name, checksum in run.tables.items()}
    return {**facts, "cmmatch": run.version}


def _flat(settings: Mapping[str, object], path: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in settings.items():
        if isinstance(value, dict) and value:
            found += _flat(value, f"{path}{name}.")
        else:
            found.append((f"{path}{name}", value))
    return found


def _told(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _order(what: str) -> tuple[int, str]:
    """Order what decides first: weights, settings, then values of unknown answers and tables."""
    heads = ("weights.", "", "unknown.", "input.", "cmmatch")
    kind = next((k for k, head in enumerate(heads) if head and what.startswith(head)), 1)
    return kind, what
