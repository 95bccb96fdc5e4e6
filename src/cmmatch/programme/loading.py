"""Loading: a programme together with all its faults, so that even a faulty one can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmmatch.programme.faults import FaultList
from cmmatch.programme.programme import Programme
from cmmatch.programme.reading import read_files, read_frames

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cmmatch.programme.config import Config
    from cmmatch.programme.reading import Parts

__all__ = ["Loaded", "load", "load_frames"]


@dataclass(frozen=True, eq=False)
class Loaded:
    """What came of reading a programme.

    Parameters
    ----------
    programme : Programme or None
        A draft: a cell that could not be read counts as blank in it; a row without a usable id, or
        a request that names nobody, is left out. Good for looking further for faults, and the
        programme itself where there are none. ``None`` where a table or its id column is missing,
        or the settings are no TOML.
    faults : FaultList
        Every fault and note.
    """

    programme: Programme | None
    faults: FaultList


def load(path: str | Path, *, also_read: Collection[str] = ()) -> Loaded:
    """Read a folder with ``programme.toml`` and the tables, or the settings file in it.

    Parameters
    ----------
    path : str or Path
        The folder, or the toml. The tables are those named in ``[files]``, else ``mentors``,
        ``mentees``, ``people``, ``pairs`` and ``choices`` with ``.csv``, ``.tsv``,
        ``.txt``, ``.xlsx`` or ``.parquet`` beside the toml.
    also_read : collection of str, default ()
        Columns that components of one's own say they read, so that no note calls them unread.

    Returns
    -------
    Loaded
        The draft and all faults; nothing is raised for a fault of the input.
    """
    faults = FaultList()
    return _loaded(read_files(Path(path), faults, also_read=also_read), faults)


def load_frames(
    mentors: object,
    mentees: object,
    *,
    pairs: object = None,
    people: object = None,
    choices: object = None,
    config: Config | Mapping[str, Any] | str | Path | None = None,
) -> Loaded:
    """Read data frames; the arguments are those of :meth:`Programme.from_frames`.

    Examples
    --------
    >>> loaded = load_frames({"id": ["A1"], "capacity": ["two"]}, {"id": ["E1"]})
    >>> [fault.code for fault in loaded.faults]
    ['capacity-not-whole']
    >>> loaded.programme.mentors.capacity.tolist()
    [1]
    """
    faults = FaultList()
    frames = {
        "mentors": mentors,
        "mentees": mentees,
        "people": people,
        "pairs": pairs,
        "choices": choices,
    }
    return _loaded(read_frames(frames, config, faults), faults)


def _loaded(parts: Parts | None, faults: FaultList) -> Loaded:
    return Loaded(None if parts is None else Programme.of(parts, faults.notes), faults)
