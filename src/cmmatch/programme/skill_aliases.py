"""Other spellings of a skill: a table of aliases, shipped, that the organisation may override."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cmmatch.programme.faults import FaultList
from cmmatch.programme.labels import folded
from cmmatch.programme.skill_tables import filled, find_columns
from cmmatch.programme.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.programme.files import ReadBytes

__all__ = ["SkillAliases", "read_aliases"]

SHIPPED = "skill_aliases.csv"


@dataclass(frozen=True, eq=False)
class SkillAliases:
    """Which spellings mean the same skill.

    Parameters
    ----------
    skill_of : mapping of str to str
        Alias to skill, both as :func:`~cmmatch.programme.labels.folded` writes them. No skill is
        itself an alias of another.

    Examples
    --------
    >>> aliases = SkillAliases({"k8s": "kubernetes"})
    >>> aliases.canonical("K8s"), aliases.canonical("Kubernetes"), aliases.canonical("C++")
    ('kubernetes', 'kubernetes', 'c++')
    """

    skill_of: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def shipped(cls) -> SkillAliases:
        """Return the table that comes with cmmatch: several hundred synonyms, no near skills.

        An abbreviation with two common meanings at work, such as PM, is left out.
        """
        return _shipped()

    @classmethod
    def from_csv(cls, path: str | Path) -> SkillAliases:
        """Read a table with the columns ``alias`` and ``skill``, one alias a row.

        A row whose alias and skill are the same says that the spelling is a skill of its own,
        whatever a table that it is merged over says.

        Parameters
        ----------
        path : str or Path
            CSV, or any other file that a table of people may be.

        Raises
        ------
        InputFaults
            Every fault: a column or a cell is missing, an alias stands for two skills, or a skill
            is itself an alias.
        """
        faults = FaultList()
        found = read_aliases(Path(path), faults)
        faults.raise_if_any()
        return found

    def __len__(self) -> int:
        return len(self.skill_of)

    def canonical(self, label: str) -> str:
        """Return the key of a label: that of its skill if it is an alias, else its own, folded."""
        key = folded(label)
        return self.skill_of.get(key, key)

    def merged(self, other: SkillAliases) -> SkillAliases:
        """Return both tables together; where they differ, the other one counts.

        Aliases lead on: with ``kube = kubernetes`` here and ``kubernetes = containers`` there,
        ``kube`` means ``containers``.

        Examples
        --------
        >>> shipped = SkillAliases({"ml": "machine learning", "kube": "kubernetes"})
        >>> own = SkillAliases({"ml": "maximum likelihood", "kubernetes": "containers"})
        >>> both = shipped.merged(own)
        >>> both.canonical("ML"), both.canonical("kube")
        ('maximum likelihood', 'containers')
        """
        lines = {**self.skill_of, **other.skill_of}
        preferred = frozenset(other.skill_of.values())
        ends = {alias: _end(alias, lines, preferred) for alias in lines}
        return SkillAliases({alias: end for alias, end in sorted(ends.items()) if alias != end})


def _end(alias: str, lines: Mapping[str, str], preferred: frozenset[str]) -> str:
    """Follow the lines to their end; in a circle, which two tables can make, to the other's skill.

    So a table that calls ``kubernetes`` an alias of ``k8s`` turns a line round.
    """
    seen: dict[str, None] = {}
    while alias in lines and alias not in seen:
        seen[alias] = None
        alias = lines[alias]
    if alias not in seen:
        return alias
    steps = list(seen)
    circle = steps[steps.index(alias) :]
    return min(sorted(preferred.intersection(circle)) or sorted(circle))


@cache
def _shipped() -> SkillAliases:
    text = files("cmmatch.programme").joinpath("data", SHIPPED).read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return SkillAliases({row["alias"]: row["skill"] for row in rows})


def read_aliases(
    path: Path, faults: FaultList, *, read: ReadBytes = Path.read_bytes
) -> SkillAliases:
    """Read a table of aliases; rows with a fault are left out.

    Parameters
    ----------
    path : Path
        See :meth:`SkillAliases.from_csv`.
    faults : FaultList
        Takes every fault. Codes of its own: ``skill-blank``, ``alias-twice``, ``alias-chain``.
    """
    names = ("alias", "skill")
    table = read_table(path, faults, read=read)
    columns = None if table is None else find_columns(table, names, faults)
    if table is None or columns is None:
        return SkillAliases()
    rows = filled(table, dict(zip(names, columns, strict=True)), faults)
    first: dict[str, _Line] = {}
    for row, (alias, skill) in rows:
        line = first.setdefault(folded(alias), _Line(row, skill, folded(skill)))
        if line.key != folded(skill):
            _report_twice(table.name, row, alias, line, faults)
    for row, (alias, skill) in rows:
        next_one = first.get(folded(skill))
        if next_one and next_one.key != folded(skill) != folded(alias):
            _report_chain(table.name, row, skill, next_one, faults)
    return SkillAliases({alias: line.key for alias, line in sorted(first.items())})


class _Line(NamedTuple):
    row: int
    skill: str
    key: str


def _report_twice(name: str, row: int, alias: str, line: _Line, faults: FaultList) -> None:
    faults.add(
        "alias-twice",
        table=name,
        row=row,
        column="alias",
        value=alias,
        problem=f"An alias must stand for one skill; row {line.row} says {line.skill!r}.",
        remedy="Remove one of the rows.",
    )


def _report_chain(name: str, row: int, skill: str, line: _Line, faults: FaultList) -> None:
    faults.add(
        "alias-chain",
        table=name,
        row=row,
        column="skill",
        value=skill,
        problem=f"A skill must not be an alias itself; row {line.row} makes it one of "
        f"{line.skill!r}.",
        remedy=f"Write {line.skill!r} here too, or remove one of the rows.",
    )
