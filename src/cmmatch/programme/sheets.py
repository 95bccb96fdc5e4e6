"""Sheets: tables whose headings are known, and the conversion of their cells with all faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from cmmatch.programme.headings import match_headings
from cmmatch.programme.people import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.tables import Table

__all__ = ["Cells", "Sheet", "listed"]

Value = TypeVar("Value")

LISTED = 5


def listed(names: Iterable[object], most: int = LISTED) -> str:
    """Return the first few names in the order given, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    words = [str(name) for name in names]
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


@dataclass(frozen=True, eq=False)
class Cells(Generic[Value]):
    """A converted column.

    Parameters
    ----------
    values : sequence, length n
        A bad cell counts as blank.
    bad : bool, shape (n,)
        Cells that could not be read; each is a fault already.
    """

    values: Sequence[Value]
    bad: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table whose headings are known.

    Parameters
    ----------
    table : Table
        Cells as text.
    kind : str
        ``mentors``, ``mentees``, ``people`` or ``pairs``.
    heading : mapping of str to str
        The heading in the file for each column of the schema, and each item, that is there.
    faults : FaultList
        Takes what is wrong with the cells.
    config : Config
        The settings.
    config_name : str
        What the settings are called in messages.
    """

    table: Table
    kind: str
    heading: Mapping[str, str]
    faults: FaultList
    config: Config
    config_name: str

    @classmethod
    def of(
        cls,
        table: Table,
        kind: str,
        *,
        items: Collection[str],
        faults: FaultList,
        config: Config,
        config_name: str,
    ) -> Sheet:
        """Match the headings of a table; ``items`` are columns that only the settings name."""
        heading = match_headings(
            table,
            kind,
            getattr(config.columns, kind),
            faults,
            config_name=config_name,
            extra_names=items if kind in ("mentors", "mentees") else (),
        )
        return cls(table, kind, heading, faults, config, config_name)

    def __len__(self) -> int:
        return len(self.table.rows)

    @property
    def extra(self) -> tuple[str, ...]:
        """Headings that nothing has taken, without what a survey tool itself wrote."""
        taken = self.table.metadata.union(self.heading.values())
        return tuple(heading for heading in self.table.headings if heading not in taken)

    def has(self, name: str) -> bool:
        """Whether the table has this column."""
        return name in self.heading

    def text(self, name: str) -> NDArray[np.object_]:
        """Return a column as text, shape (n,); all "" where the table has none."""
        if not self.has(name):
            return texts([""] * len(self))
        return self.table.columns[self.heading[name]]

    def bad(self, name: str) -> NDArray[np.bool_]:
        """Return which cells of a column have a fault already, shape (n,)."""
        rows = self.faults.rows(self.table.name, self.heading.get(name, name))
        return np.array([row in rows for row in self.table.rows], dtype=np.bool_)

    def setting_is_bad(self, setting: str) -> bool:
        """Whether a setting has a fault already, so that nothing may say that it is not given."""
        return self.faults.setting_is_bad(self.config_name, setting)

    def read(
        self,
        name: str,
        parse: Callable[[str], Value],
        *,
        code: str,
        remedy: str,
        blank: Value,
        where: NDArray[np.bool_] | None = None,
    ) -> Cells[Value]:
        """Convert a column; each cell that ``parse`` refuses is a fault and counts as blank.

        Cells outside ``where`` are not looked at and count as blank.
        """
        read: dict[str, tuple[Value, str]] = {"": (blank, "")}
        bad = np.zeros(len(self), dtype=np.bool_)
        values: list[Value] = []
        for k, text in enumerate(self.text(name)):
            if where is not None and not where[k]:
                values.append(blank)
                continue
            if text not in read:
                read[text] = _try(parse, text, blank)
            value, problem = read[text]
            values.append(value)
            if problem:
                bad[k] = True
                self.fault(code, k, name, value=text, problem=problem, remedy=remedy)
        return Cells(values, bad)

    def fault(
        self,
        code: str,
        k: int | None,
        name: str,
        *,
        problem: str,
        remedy: str,
        value: str | None = None,
        note: bool = False,
    ) -> None:
        """Record a fault of the cell in row ``k``, or of a whole column where ``k`` is ``None``."""
        given = self.text(name)[k] if value is None and k is not None else value or ""
        self.faults.add(
            code,
            table=self.table.name,
            row=None if k is None else self.table.rows[k],
            column=self.heading.get(name, name),
            value=given,
            problem=problem,
            remedy=remedy,
            note=note,
        )


def _try(parse: Callable[[str], Value], text: str, blank: Value) -> tuple[Value, str]:
    try:
        return parse(text), ""
    except ValueError as error:
        return blank, str(error)
