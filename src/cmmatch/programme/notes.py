"""Notes: what works but is probably not what was meant; none of them stops a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.display import several
from cmmatch.programme.headings import plain_heading
from cmmatch.programme.privacy import looks_protected, uses
from cmmatch.programme.schema import columns_of
from cmmatch.programme.sheets import listed
from cmmatch.programme.spelling import near_names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.identity import Register, Roster
    from cmmatch.programme.people import People
    from cmmatch.programme.sheets import Sheet

__all__ = ["note_cases", "note_empty", "note_undeclared", "note_unread", "note_zones"]

NEAR, NEARER = 0.72, 0.85
"""How alike (difflib ratio, 0 to 1) a heading must be to a name, or another name, of a column."""

NAMING = (
    "columns", "eligibility", "identity", "learning_orientation", "limits", "personality",
    "privacy", "report", "working_style",
)  # fmt: skip
"""Sections of the settings that may name columns."""

SHOWN = 20
"""Columns that a note names before it counts the rest."""


def note_undeclared(sheet: Sheet, config: Config) -> None:
    """Note extra columns that look protected, by heading or question, and are not declared so."""
    declared = {plain_heading(name) for name in config.privacy.protected}
    if sheet.setting_is_bad("privacy.protected"):
        return
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


def note_unread(sheets: Sequence[Sheet], config: Config, also_read: Collection[str]) -> None:
    """Note the columns of each table that nothing reads, near misses of a name first.

    A table may be handed in for both sides: what one of them reads is read. A column of which
    something else is said already is not named again. While a setting that may name columns has a
    fault, nobody knows what is read, and nothing is noted.

    Parameters
    ----------
    sheets : sequence of Sheet
        All of the programme.
    config : Config
        Settings that name columns read these.
    also_read : collection of str
        Columns that components of one's own say they read.
    """
    if any(sheet.setting_is_bad(section) for sheet in sheets for section in NAMING):
        return
    named = {*(column for _, column in uses(config)), *config.identity.columns, *also_read}
    named |= set(config.privacy.protected)
    used = {plain_heading(name) for name in named if name.strip()}
    by_table: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        # A table of pairs that does not say who is who is a fault that names its columns already.
        if "mentee_id" in sheet.heading or sheet.kind not in ("pairs", "choices"):
            by_table.setdefault(sheet.table.name, []).append(sheet)
    for name, same in by_table.items():
        extra = set.intersection(*(set(sheet.extra) for sheet in same))
        extra -= same[0].faults.told_of(name)
        questions = same[0].table.questions
        left = [
            heading
            for heading in same[0].extra
            if heading in extra
            and used.isdisjoint({plain_heading(heading), plain_heading(questions.get(heading, ""))})
        ]
        if left:
            _report_unread(same, left)


def _report_unread(same: Sequence[Sheet], headings: Sequence[str]) -> None:
    meant = {heading: _meant(heading, same) for heading in headings}
    told = [f"{each!r} (did you mean {meant[each]!r}?)" for each in headings if meant[each]]
    told += [repr(each) for each in headings if not meant[each]]
    of_people = any(sheet.kind in ("mentors", "mentees") for sheet in same)
    but = "; own components see them" if of_people else ""
    sheet = same[0]
    sheet.faults.add(
        "columns-not-read",
        table=sheet.table.name,
        problem=f"Nothing reads these columns{but}: {listed(told, SHOWN)}.",
        remedy="Correct what is misspelt, or name the heading in "
        f"{sheet.config_name}, [columns.{sheet.kind}]; nothing is to be done about the others.",
        note=True,
    )


def _meant(heading: str, same: Sequence[Sheet]) -> str:
    """Return the column that the table lacks and the heading looks like; "" if there is none."""
    lacking = [
        column
        for sheet in same
        for column in columns_of(sheet.kind)
        if not sheet.has(column.name)
        and column.name not in getattr(sheet.config.columns, sheet.kind)
    ]
    plain = plain_heading(heading)
    # Other names are many and short, so that a likeness to one of them tells less.
    for spelt, cutoff in (
        ({plain_heading(each.name): each.name for each in lacking}, NEAR),
        ({alias: each.name for each in lacking for alias in each.aliases}, NEARER),
    ):
        if near := near_names(plain, spelt, most=1, cutoff=cutoff):
            return spelt[near[0]]
    return ""


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
    """Note ids that are :func:`~cmmatch.programme.labels.folded` alike."""
    groups = register.alike
    if groups:
        shown = [" and ".join(map(repr, group)) for group in groups]
        faults.add(
            "ids-differ-in-case",
            table=", ".join(sorted({t for g in groups for i in g for t in register.tables[i]})),
            problem=f"Ids that differ only in case, width, blanks or signs that do not show are "
            f"different people; here {listed(shown)}.",
            remedy="Write the id in the same way everywhere if they are one person.",
            note=True,
        )


def note_zones(tables: Sequence[tuple[Roster, People]], config: Config) -> None:
    """Note people whose zone is unknown, and zones that differ in a programme without a first day.

    Only people who gave their free time count: nobody else's zone is used. A zone or a first day
    that has a fault was given.
    """
    zones = {zone for _, people in tables for zone in people.timezone[people.free_known] if zone}
    for roster, people in tables:
        unknown = (people.timezone == "") & people.free_known
        blank = np.flatnonzero(unknown & ~roster.zone_is_bad())
        if zones and len(blank):
            roster.sheet.fault(
                "timezone-blank",
                None,
                "timezone",
                problem="Without a zone nobody's free time can be compared; "
                f"{several(len(blank), 'has', 'have')} none: {listed(sorted(people.ids[blank]))}.",
                remedy="Fill the cells, or set [programme] timezone for all who have none.",
                note=True,
            )
    sheet = tables[0][0].sheet
    no_day = config.programme.starts is None and not sheet.setting_is_bad("programme.starts")
    if len(zones) > 1 and no_day:
        sheet.faults.add(
            "starts-missing",
            table=sheet.config_name,
            column="programme.starts",
            problem=f"People live in {len(zones)} zones, and without a first day free time must "
            "hold through the clock changes of a whole year.",
            remedy="Set [programme] starts, such as 2026-12-01.",
            note=True,
        )
