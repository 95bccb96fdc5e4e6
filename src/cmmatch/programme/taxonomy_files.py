"""Readers of skill taxonomies that the organisation has: an ESCO folder, an O*NET file, its own.

Nothing of ESCO or O*NET is shipped. Columns are found by name, so that their order, and columns
that come and go with the releases, do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch.programme.cells import parse_number
from cmmatch.programme.labels import folded
from cmmatch.programme.skill_tables import filled, find_columns, has_columns
from cmmatch.programme.tables import read_table

if TYPE_CHECKING:
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.files import ReadBytes
    from cmmatch.programme.tables import Table

__all__ = ["Statements", "read_esco", "read_onet", "read_related"]

SKILLS, GROUPS, BROADER = "skills_", "skillGroups_", "broaderRelationsSkillPillar"
"""How the names of ESCO's files begin."""


@dataclass(frozen=True, eq=False)
class Statements:
    """What a taxonomy says, every label folded.

    Parameters
    ----------
    broader : tuple of (str, str)
        A skill, and one that is broader by one step.
    same : tuple of (str, str)
        A label of a skill, and the skill: its own label, and others that it goes by.
    credit : tuple of (str, str, float)
        A skill that is wanted, one that is offered, and the credit for it.
    """

    broader: tuple[tuple[str, str], ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    credit: tuple[tuple[str, str, float], ...] = ()


def _esco_files(folder: Path) -> list[Path]:
    """Return the files of an ESCO folder that :func:`read_esco` reads, sorted by name."""
    files = folder.glob("*.csv") if folder.is_dir() else ()
    return sorted(file for file in files if file.name.startswith((SKILLS, GROUPS, BROADER)))


def read_esco(folder: Path, faults: FaultList, *, read: ReadBytes = Path.read_bytes) -> Statements:
    """Read ``skills_<language>.csv``, ``broaderRelationsSkillPillar*.csv`` and the skill groups.

    Preferred labels are the skills; alternative labels, one a line within their cell, are other
    labels of them. ``skillGroups_<language>.csv`` may be missing: its groups are then parents
    without a label, which still make siblings.

    Parameters
    ----------
    folder : Path
        The unpacked bundle of one language.
    faults : FaultList
        Takes ``taxonomy-incomplete`` and the faults of the tables.
    """
    files = _esco_files(folder)
    skills, groups, broader_files = (
        [file for file in files if file.name.startswith(start)]
        for start in (SKILLS, GROUPS, BROADER)
    )
    for start, found in ((SKILLS, skills), (BROADER, broader_files)):
        if len(found) != 1:
            faults.add(
                "taxonomy-incomplete",
                table=folder.name,
                value=", ".join(file.name for file in found),
                problem=f"A folder of ESCO must hold one file {start}*.csv.",
                remedy="Unpack the CSV bundle of one language into a folder of its own.",
            )
    if len(skills) != 1 or len(broader_files) != 1:
        return Statements()
    label_of, same = _concepts([*skills, *groups], faults, read)
    table = read_table(broader_files[0], faults, read=read)
    columns = None if table is None else find_columns(table, ("conceptUri", "broaderUri"), faults)
    edges = [] if columns is None else zip(*columns, strict=True)
    broader = tuple(
        (label_of[child], label_of.get(parent, folded(parent)))
        for child, parent in edges
        if child in label_of and parent
    )
    return Statements(broader, same)


def _concepts(
    files: list[Path], faults: FaultList, read: ReadBytes
) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return the folded label of each concept, and (other label, label)."""
    label_of: dict[str, str] = {}
    same: list[tuple[str, str]] = []
    for file in files:
        table = read_table(file, faults, read=read)
        names = ("conceptUri", "preferredLabel", "altLabels")
        columns = None if table is None else find_columns(table, names, faults)
        for uri, preferred, others in [] if columns is None else zip(*columns, strict=True):
            if uri and preferred:
                label = label_of.setdefault(uri, folded(preferred))
                same.append((label, label))
                same += [(folded(each), label) for each in others.splitlines() if each.strip()]
    return label_of, tuple(same)


def read_onet(file: Path, faults: FaultList, *, read: ReadBytes = Path.read_bytes) -> Statements:
    """Read a table of O*NET that has a hierarchy.

    Either one with ``Element ID`` and ``Element Name`` (``Content Model Reference``, ``Skills``,
    ``Knowledge``), where the parent of 2.B.3.e is 2.B.3, or one with ``Example`` and
    ``Commodity Title`` (``Technology Skills``), where the commodity is the parent of the product.

    Parameters
    ----------
    file : Path
        Text with tabs, CSV or Excel.
    faults : FaultList
        Takes ``taxonomy-incomplete`` and the faults of the table.
    """
    table = read_table(file, faults, read=read)
    if table is None:
        return Statements()
    for names in (("Element ID", "Element Name"), ("Example", "Commodity Title")):
        if has_columns(table, names):
            columns = find_columns(table, names, faults)
            pairs = [] if columns is None else sorted(set(zip(*columns, strict=True)))
            return _elements(pairs) if names[0] == "Element ID" else _products(pairs)
    faults.add(
        "taxonomy-incomplete",
        table=table.name,
        value=", ".join(table.headings),
        problem="A table of O*NET must have the columns 'Element ID' and 'Element Name', or "
        "'Example' and 'Commodity Title'.",
        remedy="Name one that has them: 'Content Model Reference' or 'Technology Skills'.",
    )
    return Statements()


def _elements(pairs: list[tuple[str, ...]]) -> Statements:
    label_of = {number: folded(name) for number, name in pairs if number and name}
    parents = {number: number.rpartition(".")[0] for number in label_of}
    return Statements(
        tuple(
            (label_of[number], label_of.get(parent, f"o*net {parent}"))
            for number, parent in parents.items()
            if parent
        )
    )


def _products(pairs: list[tuple[str, ...]]) -> Statements:
    return Statements(tuple((folded(one), folded(other)) for one, other in pairs if one and other))


def read_related(file: Path, faults: FaultList, *, read: ReadBytes = Path.read_bytes) -> Statements:
    """Read the organisation's own table: ``skill, related, credit`` or ``skill, broader``.

    A row of the first kind says what somebody earns who offers ``related`` where ``skill`` is
    wanted, from 0 to less than 1, and nothing of the other direction.

    Parameters
    ----------
    file : Path
        CSV, or any other file that a table of people may be.
    faults : FaultList
        Takes every fault. Codes of its own: ``skill-blank``, ``related-self``, ``related-credit``,
        ``related-twice``, ``broader-circle``, ``taxonomy-unclear``.
    """
    table = read_table(file, faults, read=read)
    if table is None:
        return Statements()
    credited = has_columns(table, ("related",)) or has_columns(table, ("credit",))
    if credited and has_columns(table, ("broader",)):
        faults.add(
            "taxonomy-unclear",
            table=table.name,
            value=", ".join(table.headings),
            problem="The table must have either the columns 'related' and 'credit' or the column "
            "'broader'.",
            remedy="Make two tables of it.",
        )
        return Statements()
    names = ("skill", "related", "credit") if credited else ("skill", "broader")
    columns = find_columns(table, names, faults)
    if columns is None:
        return Statements()
    rows = filled(table, dict(zip(names, columns, strict=True)), faults)
    sound = [each for each in rows if not _reported_self(table, each, names[1], faults)]
    if credited:
        return Statements(credit=_credits(table, sound, faults))
    edges = {(folded(one), folded(other)): row for row, (one, other) in sound}
    _check_circle(table, edges, faults)
    return Statements(broader=tuple(edges))


def _reported_self(
    table: Table, line: tuple[int, tuple[str, ...]], column: str, faults: FaultList
) -> bool:
    row, cells = line
    alike = folded(cells[0]) == folded(cells[1])
    if alike:
        faults.add(
            "related-self",
            table=table.name,
            row=row,
            column=column,
            value=cells[1],
            problem="A skill must be related to another one, not to itself.",
            remedy="Remove the row.",
        )
    return alike


def _credits(
    table: Table, rows: list[tuple[int, tuple[str, ...]]], faults: FaultList
) -> tuple[tuple[str, str, float], ...]:
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for row, (skill, related, text) in rows:
        credit = _credit(table, row, text, faults)
        before = found.setdefault((folded(skill), folded(related)), (row, credit))
        if before[1] != credit:
            faults.add(
                "related-twice",
                table=table.name,
                row=row,
                column="credit",
                value=text,
                problem=f"A pair of skills must have one credit; row {before[0]} gives it "
                f"{before[1]:g}.",
                remedy="Remove one of the rows.",
            )
    return tuple((skill, related, credit) for (skill, related), (_, credit) in found.items())


def _credit(table: Table, row: int, text: str, faults: FaultList) -> float:
    """Read a credit; what cannot be read counts as none."""
    try:
        credit = parse_number(text, 0, 1)
    except ValueError:
        credit = 1.0
    if credit < 1:
        return credit
    faults.add(
        "related-credit",
        table=table.name,
        row=row,
        column="credit",
        value=text,
        problem="A credit must be a number from 0 to less than 1: who offers a related skill "
        "never earns what the skill itself earns.",
        remedy="Write a smaller number; two names of one skill belong in a table of aliases.",
    )
    return 0.0


def _check_circle(table: Table, edges: dict[tuple[str, str], int], faults: FaultList) -> None:
    parents: dict[str, list[str]] = {}
    for skill, broader in edges:
        parents.setdefault(skill, []).append(broader)
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        steps = [(one, other) for other, one in pairwise(circle)]
        rows = sorted(edges[step] for step in steps)
        faults.add(
            "broader-circle",
            table=table.name,
            row=rows[0],
            column="broader",
            value=" < ".join(reversed(circle)),
            problem="No skill must be broader than itself; here rows "
            f"{', '.join(map(str, rows))} make a circle.",
            remedy="Remove the row that is the wrong way round.",
        )
