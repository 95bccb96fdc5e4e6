"""The only reader of people's files: CSV, Excel, Parquet and data frames become columns of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.programme.faults import FaultList

__all__ = ["Table", "from_frame", "protect", "read_table", "unprotect"]


@dataclass(frozen=True, eq=False)
class Table:
    """A table as text."""

    name: str
    headings: tuple[str, ...]
    columns: Mapping[str, NDArray[np.object_]]
    rows: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)


def read_table(path: Path, faults: FaultList) -> Table | None:
    """Read a file."""
    raise NotImplementedError


def from_frame(frame: object, name: str, faults: FaultList) -> Table | None:
    """Read a data frame."""
    raise NotImplementedError


def protect(text: str) -> str:
    """Protect."""
    raise NotImplementedError


def unprotect(text: str) -> str:
    """Unprotect."""
    raise NotImplementedError
