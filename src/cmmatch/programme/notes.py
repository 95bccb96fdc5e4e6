"""Notes: what works but is probably not what was meant; none of them stops a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.display import several
from cmmatch.programme.headings import plain_heading
from cmmatch.programme.privacy import looks_protected
from cmmatch.programme.sheets import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.identity import Register
    from cmmatch.programme.people import People
    from cmmatch.programme.sheets import Sheet

__all__ = ["note_cases", "note_empty", "note_undeclared", "note_zones"]


def note_undeclared(sheet: Sheet, config: Config) -> None:
    """Note extra columns that look protected, by heading or question, and are not declared so."""
    declared = {plain_heading(name) for name in config.privacy.protected}
    for heading in sheet.extra:
        question = sheet.table.questions.get(heading, "")
        suspect = looks_protected(heading) or looks_protected(question)
        if suspect and plain_heading(heading) not in declared:
            sheet.faults.add(
                "protected-undeclared",
                table=sheet.table.name,
                column=heading,
                value=question,
                problem="A column that the law may protect should be declared.",
                remedy="Add it to [privacy] protected, so that nothing but audits can use it, or "
                "remove it from the table.",
                note=True,
            )


def note_empty(sheet: Sheet) -> None:
    """Note a table without rows."""
    if not len(sheet):
        sheet.faults.add(
            "table-empty",
            table=sheet.table.name,
            problem="A table should have rows below its headings.",
            remedy="Add them, unless there is nobody to add.",
            note=True,
        )


def note_cases(register: Register, faults: FaultList) -> None:
    """Note ids that differ in nothing but their case."""
    groups = register.differing_in_case
    if groups:
        shown = [" and ".join(map(repr, group)) for group in groups]
        faults.add(
            "ids-differ-in-case",
            table=", ".join(sorted({t for g in groups for i in g for t in register.tables[i]})),
            problem=f"Ids that differ only in case are different people; here {listed(shown)}.",
            remedy="Write the id in the same way everywhere if they are one person.",
            note=True,
        )


def note_zones(tables: Sequence[tuple[Sheet, People]], config: Config, config_name: str) -> None:
    """Note people whose zone is unknown, and zones that differ in a programme without a first day.

    Only people who gave their free time count: nobody else's zone is used.
    """
    zones = {zone for _, people in tables for zone in people.timezone[people.free_known] if zone}
    for sheet, people in tables:
        blank = np.flatnonzero((people.timezone == "") & people.free_known)
        if zones and len(blank):
            sheet.fault(
                "timezone-blank",
                None,
                "timezone",
                problem="Without a zone nobody's free time can be compared; "
                f"{several(len(blank), 'has', 'have')} none: {listed(sorted(people.ids[blank]))}.",
                remedy="Fill the cells, or set [programme] timezone for all who have none.",
                note=True,
            )
    if len(zones) > 1 and config.programme.starts is None:
        tables[0][0].faults.add(
            "starts-missing",
            table=config_name,
            column="programme.starts",
            problem=f"People live in {len(zones)} zones, and without a first day free time must "
            "hold through the clock changes of a whole year.",
            remedy="Set [programme] starts, such as 2026-12-01.",
            note=True,
        )
