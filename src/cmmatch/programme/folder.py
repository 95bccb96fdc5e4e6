"""Which files make a programme: the settings and the tables beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cmmatch.programme.files import FileReader, InputFile, report_unreadable
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.tables import read_table
from cmmatch.programme.text_model import MODEL_FILES, TextModel, read_text_model
from cmmatch.programme.vocabulary import Vocabulary, read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.tables import Table

__all__ = ["KINDS_OF_TABLE", "NEEDED", "Handed", "find_settings", "open_tables"]

SETTINGS_FILE = "programme.toml"
KINDS_OF_TABLE = ("mentors", "mentees", "people", "pairs", "choices")
ALSO = {"choices": ("shortlist",)}
"""Other usual names: a filled shortlist is read also where nobody has renamed it."""
GRIDS = ("mentor_grid", "mentee_grid")
NEEDED = ("mentors", "mentees")
UNREAD = (".xls", ".xlsb", ".ods", ".fods", ".numbers", ".gsheet")
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")


@dataclass(frozen=True, eq=False)
class Handed:
    """What was handed in, before any cell is looked at.

    Parameters
    ----------
    config : Config
        The settings.
    config_name : str
        What messages call the settings.
    tables : mapping of str to Table
        By kind, week grids too; what is missing or unreadable is left out.
    inputs : tuple of InputFile
        The files read.
    vocabulary : Vocabulary
        What the labels of skills mean.
    calendars : mapping of InputFile to bytes
        Of the files read, the calendars of ``[files] calendars``.
    """

    config: Config
    config_name: str
    tables: Mapping[str, Table]
    inputs: tuple[InputFile, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    calendars: Mapping[InputFile, bytes] = field(default_factory=dict)
    text_model: TextModel = field(default_factory=TextModel)


def find_settings(path: Path, faults: FaultList) -> Path | None:
    """Return the settings file of a programme, which need not exist in a folder of tables.

    Parameters
    ----------
    path : Path
        A folder with ``programme.toml``, or the settings file itself, whatever it is called. A
        folder without settings has the defaults.
    faults : FaultList
        Takes what stands against it.

    Returns
    -------
    Path or None
        ``None`` where there is no such folder or file.
    """
    if not path.exists():
        near = near_names(path.name, _names(path.parent)) if path.parent.is_dir() else []
        faults.add(
            "programme-missing",
            table=path.name,
            problem="The programme must be a folder, or the settings file in it.",
            remedy=f"{did_you_mean(near)}Check the path; {str(path)!r} does not exist.",
        )
        return None
    if path.is_file() and path.name.casefold().endswith(SUFFIXES):
        faults.add(
            "programme-is-table",
            table=path.name,
            problem="The programme must be a folder, or the settings file in it; this is a table.",
            remedy=f"Give the folder that holds it: {str(path.parent)!r}.",
        )
        return None
    try:
        names = _names(path) if path.is_dir() else []
    except OSError as error:
        report_unreadable(path, error, faults)
        return None
    if path.is_dir() and SETTINGS_FILE not in names:
        _note_defaults(faults)
    return path / SETTINGS_FILE if path.is_dir() else path


def open_tables(settings: Path, config: Config, *, faults: FaultList, read: FileReader) -> Handed:
    """Find and read the tables beside the settings.

    Parameters
    ----------
    settings : Path
        The settings file, whether it exists or not.
    config : Config
        What it says.
    faults : FaultList
        Takes what is missing, double or unreadable.
    read : FileReader
        Has read the settings, and reads everything else.
    """
    kinds = (*KINDS_OF_TABLE, *GRIDS)
    found = {kind: _find(kind, settings, config, faults) for kind in kinds}
    files = {kind: file for kind, file in found.items() if file is not None}
    # One week grid may be named for both sides: each file is read once.
    by_file = {file: read_table(file, faults, read=read) for file in dict.fromkeys(files.values())}
    tables = {kind: by_file[file] for kind, file in files.items()}
    words = read_vocabulary(
        config, home=settings.parent, table=settings.name, faults=faults, read=read
    )
    model = read_text_model(config, home=settings.parent, table=settings.name, faults=faults)
    if model.folder is not None:
        for name in MODEL_FILES:
            read(model.folder / name)
    _check_events(settings, config, faults)
    inputs = tuple(read)
    calendars = _calendars(settings, config, faults)
    return Handed(
        config,
        settings.name,
        {kind: table for kind, table in tables.items() if table is not None},
        (*inputs, *calendars),
        words,
        calendars,
        model,
    )


def _check_events(settings: Path, config: Config, faults: FaultList) -> None:
    """Say that events are not used, by the name of the file or setting that speaks of them."""
    named = config.files.events
    usual = [name for name in _names(settings.parent) if name.casefold() in _usual("events")]
    if named and _named("events", named, settings, faults) is None:
        return
    given = named or ", ".join(usual)
    if given or config.columns.events:
        faults.add(
            "events-not-used",
            table=settings.name if named or not usual else usual[0],
            column="files.events" if named else "" if usual else "columns.events",
            value=given,
            problem="Events are not used in this version: nothing of them counts in the matching.",
            remedy="Nothing is to be done; they may stay for a later version.",
            note=True,
        )


def _calendars(settings: Path, config: Config, faults: FaultList) -> dict[InputFile, bytes]:
    """Read the calendars of the folder that the settings name, sorted."""
    if not config.files.calendars:
        return {}
    folder = settings.parent / config.files.calendars
    names = _names(folder) if folder.is_dir() else []
    found = [folder / name for name in names if name.casefold().endswith(".ics")]
    if not found:
        faults.add(
            "file-missing",
            table=settings.name,
            column="files.calendars",
            value=config.files.calendars,
            problem="The folder must exist and hold calendars, such as A1.ics for the id A1.",
            remedy="Correct the name of the folder, or leave it out.",
        )
    calendars = {}
    for file in found:
        read = FileReader()
        try:
            data = read(file)
        except OSError as error:
            report_unreadable(file, error, faults)
            continue
        (single,) = read
        calendars[replace(single, name=f"{folder.name}/{file.name}")] = data
    return calendars


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def _note_defaults(faults: FaultList) -> None:
    faults.add(
        "settings-default",
        table=SETTINGS_FILE,
        problem="The folder has no settings, so the defaults hold.",
        remedy=f"Add {SETTINGS_FILE} to change them.",
        note=True,
    )


def _find(kind: str, settings: Path, config: Config, faults: FaultList) -> Path | None:
    given: str = getattr(config.files, kind)
    if given:
        return _named(kind, given, settings, faults)
    folder = settings.parent
    there = _names(folder)
    names = [name for name in there if name.casefold() in _usual(kind)]
    # A table of a kind that is not read is not to be passed by in silence.
    names = names or [name for name in there if name.casefold() in _usual(kind, UNREAD)]
    if len(names) > 1:
        faults.add(
            "table-twice",
            table=kind,
            problem=f"There must be one table of {kind}; the folder has {', '.join(names)}.",
            remedy=f"Remove all but one, or name one in [files], such as {kind} = {names[0]!r}.",
        )
        return None
    if not names and kind in NEEDED:
        _report_missing(kind, folder, faults)
    return folder / names[0] if names else None


def _usual(kind: str, suffixes: tuple[str, ...] = SUFFIXES) -> list[str]:
    names = (kind, *ALSO.get(kind, ()))
    return [f"{name}{suffix}" for name in names for suffix in suffixes]


def _named(kind: str, given: str, settings: Path, faults: FaultList) -> Path | None:
    file = settings.parent / given
    if file.is_file():
        return file
    is_folder = file.is_dir()
    where = file if is_folder else file.parent
    names = _names(where) if where.is_dir() else []
    near = [f"{given}/{name}" for name in names if name.casefold() in _usual(kind)]
    near = near if is_folder else near_names(file.name, names)
    problem = "The file must exist, beside the settings or where its path leads from them."
    faults.add(
        "file-missing",
        table=settings.name,
        column=f"files.{kind}",
        value=given,
        problem="It must be a file; this is a folder." if is_folder else problem,
        remedy=f"{did_you_mean(near)}Correct the name, or leave it out for the usual one.",
    )
    return None


def _report_missing(kind: str, folder: Path, faults: FaultList) -> None:
    tables = [name for name in _names(folder) if name.casefold().endswith(SUFFIXES)]
    near = near_names(f"{kind}.csv", tables, most=1, cutoff=0.85)
    faults.add(
        "table-missing",
        table=kind,
        problem=f"There must be a table of {kind}.",
        remedy=f"{did_you_mean(near)}Add {kind}.csv, .tsv, .txt, .xlsx or .parquet, or name the "
        "file in [files].",
    )
