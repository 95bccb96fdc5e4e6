"""Which files make a programme: the settings and the tables beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from cmmatch.programme.settings import read_settings
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

__all__ = ["KINDS_OF_TABLE", "NEEDED", "Handed", "InputFile", "open_folder"]

SETTINGS_FILE = "programme.toml"
KINDS_OF_TABLE = ("mentors", "mentees", "people", "pairs")
GRIDS = ("mentor_grid", "mentee_grid")
NEEDED = ("mentors", "mentees")
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it was read: its name, the SHA-256 of its bytes, and where it lay."""

    name: str
    sha256: str
    path: Path


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
    calendars : tuple of InputFile
        Of the files read, the calendars of ``[files] calendars``.
    """

    config: Config
    config_name: str
    tables: Mapping[str, Table]
    inputs: tuple[InputFile, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    calendars: tuple[InputFile, ...] = ()
    text_model: TextModel = field(default_factory=TextModel)


def open_folder(path: Path, faults: FaultList) -> Handed | None:
    """Read the settings and find and read the tables.

    Parameters
    ----------
    path : Path
        A folder with ``programme.toml``, or the settings file itself, whatever it is called. A
        folder without settings has the defaults.
    faults : FaultList
        Takes what is missing, double or unreadable.

    Returns
    -------
    Handed or None
        ``None`` where there is no such folder, or the settings are no TOML.
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
    settings = path / SETTINGS_FILE if path.is_dir() else path
    if not settings.exists():
        _note_defaults(faults)
    config = read_settings(settings if settings.exists() else None, faults)
    if config is None:
        return None
    kinds = (*KINDS_OF_TABLE, *GRIDS)
    found = {kind: _find(kind, settings, config, faults) for kind in kinds}
    files = {kind: file for kind, file in found.items() if file is not None}
    # One week grid may be named for both sides: each file is read once.
    by_file = {file: read_table(file, faults) for file in dict.fromkeys(files.values())}
    tables = {kind: by_file[file] for kind, file in files.items()}
    words, named = read_vocabulary(config, home=settings.parent, table=settings.name, faults=faults)
    model = read_text_model(config, home=settings.parent, table=settings.name, faults=faults)
    weights = [model.folder / name for name in MODEL_FILES] if model.folder else []
    read = dict.fromkeys([*([settings] if settings.exists() else []), *by_file, *named, *weights])
    calendars = tuple(
        _input(file, f"{file.parent.name}/{file.name}")
        for file in _calendars(settings, config, faults)
    )
    return Handed(
        config,
        settings.name,
        {kind: table for kind, table in tables.items() if table is not None},
        (*(_input(file, file.name) for file in read), *calendars),
        words,
        calendars,
        model,
    )


def _input(file: Path, name: str) -> InputFile:
    return InputFile(name, sha256(file.read_bytes()).hexdigest(), file)


def _calendars(settings: Path, config: Config, faults: FaultList) -> list[Path]:
    """Find the calendars of the folder that the settings name, sorted."""
    if not config.files.calendars:
        return []
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
    return found


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
    names = [name for name in _names(folder) if name.casefold() in _usual(kind)]
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


def _usual(kind: str) -> list[str]:
    return [f"{kind}{suffix}" for suffix in SUFFIXES]


def _named(kind: str, given: str, settings: Path, faults: FaultList) -> Path | None:
    file = settings.parent / given
    if file.is_file():
        return file
    near = near_names(file.name, _names(file.parent)) if file.parent.is_dir() else []
    faults.add(
        "file-missing",
        table=settings.name,
        column=f"files.{kind}",
        value=given,
        problem="The file must exist, beside the settings or where its path leads from them.",
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
