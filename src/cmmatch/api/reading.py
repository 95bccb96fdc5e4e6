"""Reading a programme with every check that can be made before scoring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch.analysis.wishes import own_ranks
from cmmatch.api.groups import objectives_without_groups
from cmmatch.compatibility.eligibility import required_faults, setting_faults
from cmmatch.compatibility.identity import uncounted_requests
from cmmatch.compatibility.own_components import installed_components
from cmmatch.compatibility.rule_faults import settings_table
from cmmatch.compatibility.scorer import weight_faults
from cmmatch.programme.faults import Fault, FaultList
from cmmatch.programme.loading import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from cmmatch.compatibility.component import Component
    from cmmatch.programme.programme import Programme

__all__ = ["gather", "late_faults", "read_programme"]

CONTRADICTS = "pair-contradicts"

RANKED = ("rank_maximal", "greedy_maximum", "generous_maximum")
"""Objectives about the ranks that mentees give in person."""


def read_programme(path: str | PathLike[str], *, components: Sequence[Component] = ()) -> Programme:
    """Read and check a programme from a folder or its ``programme.toml``.

    Parameters
    ----------
    path : path
        A folder that holds the tables ``mentors`` and ``mentees`` and, if you like, a
        ``programme.toml``; or the toml itself.
    components : sequence of Component, default ()
        Of your own, whose names ``[weights]`` may hold.

    Returns
    -------
    Programme
        Frozen; ``programme.notes`` lists what works but should be looked at.

    Raises
    ------
    InputFaults
        Everything that is wrong in all tables and settings, required pairs that a rule forbids
        included.
    """
    programme, faults = gather(path, components=components)
    faults.raise_if_any()
    if programme is None:
        message = "a programme is missing only where a fault says why"
        raise AssertionError(message)
    return programme


def gather(
    path: str | PathLike[str], *, components: Sequence[Component] = ()
) -> tuple[Programme | None, FaultList]:
    """Read a programme and every fault of it, raising nothing; faulty cells count as blank."""
    own = (*installed_components(), *components)
    also_read = {column for each in own for column in getattr(each, "columns", ())}
    loaded = load(Path(path), also_read=also_read)
    faults = loaded.faults
    if loaded.programme is not None:
        known = {(each.table, each.row) for each in faults.faults if each.code == CONTRADICTS}
        late = late_faults(loaded.programme, components=components)
        # A pair both required and forbidden has been said already, in better words.
        faults.extend(each for each in late if (each.table, each.row) not in known)
    return loaded.programme, faults


def late_faults(programme: Programme, *, components: Sequence[Component] = ()) -> FaultList:
    """Faults that only the rooms above the programme can see: weights, rules, required pairs."""
    faults, table = FaultList(), settings_table(programme)
    own = [each.name for each in (*installed_components(), *components)]
    faults.extend(weight_faults(programme.config, table=table, own=own))
    faults.extend(setting_faults(programme.config, table=table))
    faults.extend(required_faults(programme))
    faults.extend(uncounted_requests(programme, settings_table(programme)))
    faults.extend(_objectives_without_ranks(programme, table))
    faults.extend(objectives_without_groups(programme, table))
    return faults


def _objectives_without_ranks(programme: Programme, table: str) -> list[Fault]:
    """Report objectives about ranks where no mentee wishes for anybody.

    Code: ``objective-without-ranks``.
    """
    asked = [each for each in programme.config.objectives.order if each in RANKED]
    if not asked or own_ranks(programme):
        return []
    return [
        Fault(
            table,
            None,
            "objectives.order",
            each,
            "objective-without-ranks",
            "Mentees must have ranked mentors in person where an objective counts ranks; nobody "
            "has.",
            "Hand in their wishes (kind 'prefer' with a rank, or the filled shortlist), or take "
            "the objective out.",
        )
        for each in asked
    ]
