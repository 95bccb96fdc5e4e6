"""Data frames of any library, and Parquet, as rows of text."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cmmatch.programme.grids import CellError, Grid, cell_text, report_twice, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.programme.faults import FaultList

__all__ = ["read_frame", "read_parquet"]


def read_parquet(data: bytes, name: str, faults: FaultList) -> Grid | None:
    """Read a Parquet file with pyarrow; ``None`` after a fault.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What messages call it.
    faults : FaultList
        Takes ``parquet-needs-pyarrow`` and ``parquet-unreadable``, and those of :func:`read_frame`.
    """
    try:
        from pyarrow import ArrowInvalid, parquet
    except ImportError:
        faults.add(
            "parquet-needs-pyarrow",
            table=name,
            problem="Parquet is read only with pyarrow, which is not installed.",
            remedy="Run: pip install cmmatch[parquet], or save the table as CSV or .xlsx.",
        )
        return None
    try:
        frame = parquet.read_table(BytesIO(data))
    except ArrowInvalid as error:
        faults.add(
            "parquet-unreadable",
            table=name,
            problem="The Parquet file must be intact.",
            remedy=f"Write it again; the reader says: {error}.",
        )
        return None
    return read_frame(frame, name, faults)


def read_frame(frame: Any, name: str, faults: FaultList) -> Grid | None:
    """Read a frame column by column; ``None`` after a fault of the whole.

    Parameters
    ----------
    frame : object
        See :func:`cmmatch.programme.tables.from_frame`.
    name : str
        What messages call it.
    faults : FaultList
        Takes ``frame-unknown``, ``heading-twice`` and ``columns-uneven``; ``cell-not-plain``,
        ``number-too-long``, ``text-not-unicode`` and ``nul-byte`` for cells, which count as blank;
        and the note ``index-not-read``.
    """
    labels = _labels(frame)
    if labels is None:
        faults.add(
            "frame-unknown",
            table=name,
            value=type(frame).__name__,
            problem="The table must be a data frame or a mapping of headings to lists.",
            remedy="Hand in a pandas or polars frame; collect a lazy one first.",
        )
        return None
    _note_index(frame, name, faults)
    heading = [_heading(label, name, faults) for label in labels]
    dropped = report_twice(name, heading, faults)
    labels = [label for label, text in zip(labels, heading, strict=True) if text not in dropped]
    heading = [text for text in heading if text not in dropped]
    values = [_values(frame[label]) for label in labels]
    lengths = {len(column) for column in values}
    if len(lengths) > 1:
        faults.add(
            "columns-uneven",
            table=name,
            problem="All columns must be equally long.",
            remedy=f"Lengths are {', '.join(map(str, sorted(lengths)))}: fill up with None.",
        )
        return None
    columns = [_column_texts(column, heading[k], name, faults) for k, column in enumerate(values)]
    records = list(zip(*columns, strict=True))
    filled = [k for k, record in enumerate(records) if any(map(str.strip, record))]
    return Grid(name, heading, filled, [records[k] for k in filled], dropped)


def _labels(frame: Any) -> list[Any] | None:
    if isinstance(frame, Mapping):
        plain = not any(isinstance(each, str) for each in frame.values())
        return list(frame) if plain else None
    # Asked of the type, since a pandas frame has its columns as attributes too. A lazy frame has
    # to be collected, and pyarrow calls the names column_names.
    kind = type(frame)
    if hasattr(kind, "collect") or not hasattr(kind, "__getitem__"):
        return None
    names = getattr(frame, "column_names" if hasattr(kind, "column_names") else "columns", None)
    return None if names is None or callable(names) else list(names)


def _heading(label: object, name: str, faults: FaultList) -> str:
    text = str(label)
    try:
        return cell_text(text)
    except CellError as error:
        faults.add(
            error.code,
            table=name,
            column=shown(text),
            problem=error.problem,
            remedy=error.remedy,
        )
        return shown(text)


def _note_index(frame: Any, name: str, faults: FaultList) -> None:
    names = getattr(getattr(frame, "index", None), "names", None) or []
    given = [str(each) for each in names if each is not None]
    if given:
        faults.add(
            "index-not-read",
            table=name,
            value=", ".join(given),
            problem="The index of a data frame is not read.",
            remedy="Call reset_index() first if it holds data.",
            note=True,
        )


def _values(column: Any) -> list[Any]:
    for method in ("to_list", "to_pylist", "tolist"):
        # A NumPy array of days would give bare numbers: those are listed one by one.
        if hasattr(column, method) and getattr(getattr(column, "dtype", None), "kind", "") != "M":
            return list(getattr(column, method)())
    return list(column)


def _column_texts(
    column: Sequence[object], heading: str, name: str, faults: FaultList
) -> list[str]:
    cells = []
    for k, value in enumerate(column):
        try:
            cells.append(cell_text(value))
        except CellError as error:
            cells.append("")
            faults.add(
                error.code,
                table=name,
                row=k,
                column=heading,
                value=shown(value),
                problem=error.problem,
                remedy=error.remedy,
            )
    return cells
