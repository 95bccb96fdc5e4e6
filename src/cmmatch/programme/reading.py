"""From tables of text to the checked parts of a programme; every fault of every table in one run.

1. Settings that use answers on personality without consent are reported and passed by.
2. Headings are matched, ids read, and everybody entered in one register.
3. Reporting lines are put together over all tables.
4. Mentors and mentees are read; a cell that cannot be read is a fault and counts as blank, so that
   the draft can be checked further in the same run.
5. Week grids and calendars complete the free time.
6. Requests and choices are read and checked against the people and each other.
7. Settings that name columns are checked, and notes are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch.programme.calendar import check_zone
from cmmatch.programme.choices_reader import ChoicesReader
from cmmatch.programme.config import Config
from cmmatch.programme.faults import FaultList
from cmmatch.programme.files import FileReader
from cmmatch.programme.folder import KINDS_OF_TABLE, NEEDED, Handed, find_settings, open_tables
from cmmatch.programme.free_time import FreeTimeReader
from cmmatch.programme.identity import Register, read_rosters
from cmmatch.programme.limit_groups import note_limits
from cmmatch.programme.notes import (
    note_cases,
    note_empty,
    note_undeclared,
    note_unread,
    note_zones,
)
from cmmatch.programme.pairs_reader import Side, check_required, read_requests
from cmmatch.programme.people import mentee_demand, mentor_places
from cmmatch.programme.people_reader import Backup, PeopleReader
from cmmatch.programme.privacy import check_columns, with_questions
from cmmatch.programme.rating_reader import check_ratings, rating_columns
from cmmatch.programme.relations import Requests
from cmmatch.programme.reporting import read_superiors
from cmmatch.programme.settings import (
    may_name_tables,
    parse_settings,
    read_settings,
    settings_name,
    told_without_settings,
)
from cmmatch.programme.sheets import Sheet
from cmmatch.programme.statement_language import note_languages
from cmmatch.programme.tables import from_frame
from cmmatch.programme.text_model import read_text_model
from cmmatch.programme.trait_columns import without_trait_columns
from cmmatch.programme.trait_reader import item_columns
from cmmatch.programme.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from cmmatch.programme.files import InputFile
    from cmmatch.programme.people import Mentees, Mentors
    from cmmatch.programme.relations import ReportingLines
    from cmmatch.programme.text_model import TextModel
    from cmmatch.programme.vocabulary import Vocabulary

__all__ = ["Parts", "read_files", "read_frames"]

PAIRED = ("pairs", "choices")
"""Tables whose rows are pairs, not people."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Everything that makes a programme, except the notes."""

    config: Config
    mentors: Mentors
    mentees: Mentees
    requests: Requests
    lines: ReportingLines
    inputs: tuple[InputFile, ...]
    vocabulary: Vocabulary
    text_model: TextModel


def read_files(path: Path, faults: FaultList, *, also_read: Collection[str] = ()) -> Parts | None:
    """Read a folder or a settings file; see :func:`cmmatch.programme.loading.load`."""
    settings = find_settings(path, faults)
    if settings is None:
        return None
    read = FileReader()
    config = read_settings(settings if settings.exists() else None, faults, read=read)
    if config is not None:
        handed = open_tables(settings, config, faults=faults, read=read)
        return _read(handed, faults, also_read)
    if not may_name_tables(settings):
        found = FaultList()
        _read(open_tables(settings, Config(), faults=found, read=read), found)
        faults.extend(told_without_settings(found))
    return None


def read_frames(
    frames: Mapping[str, Any],
    config: Config | Mapping[str, Any] | str | Path | None,
    faults: FaultList,
) -> Parts | None:
    """Read data frames by kind; see :func:`cmmatch.programme.loading.load_frames`."""
    settings = parse_settings(config, faults)
    if settings is None:
        return None
    given = {kind: frame for kind, frame in frames.items() if frame is not None}
    for kind in NEEDED:
        if kind not in given:
            faults.add(
                "table-missing",
                table=kind,
                problem=f"There must be a table of {kind}.",
                remedy="Hand in a data frame, or a mapping of headings to lists.",
            )
    tables = {kind: from_frame(frame, kind, faults) for kind, frame in given.items()}
    found = {kind: table for kind, table in tables.items() if table is not None}
    home = Path(config).parent if isinstance(config, (str, Path)) else Path()
    name = settings_name(config)
    words = read_vocabulary(settings, home=home, table=name, faults=faults)
    model = read_text_model(settings, home=home, table=name, faults=faults)
    return _read(Handed(settings, name, found, vocabulary=words, text_model=model), faults)


def _read(handed: Handed, faults: FaultList, also_read: Collection[str] = ()) -> Parts | None:
    config = _with_known_zone(handed, faults)
    items = (*item_columns(config), *rating_columns(config))
    config = without_trait_columns(config, handed.tables, handed.config_name, faults)
    sheets = _sheets(handed, config, faults, items=items)
    config = with_questions(config, list(sheets.values()))
    known = read_rosters({kind: sheet for kind, sheet in sheets.items() if kind not in PAIRED})
    register = Register(list(known.values()))
    superiors = read_superiors(list(known.values()), register)
    backup = Backup.of(known["people"]) if "people" in known else Backup.none()
    readers = {kind: PeopleReader(roster, superiors, backup) for kind, roster in known.items()}
    mentors = readers["mentors"].mentors() if "mentors" in readers else None
    mentees = readers["mentees"].mentees() if "mentees" in readers else None
    free_time = FreeTimeReader(handed, register, faults)
    if mentors is not None:
        mentors = free_time.complete(mentors, known["mentors"])
    if mentees is not None:
        mentees = free_time.complete(mentees, known["mentees"])
    requests = _read_requests(sheets, _sides(config, mentees, mentors, readers), register)
    check_ratings(config, handed.config_name, faults)
    check_columns(sheets, config, handed.config_name, faults)
    note_cases(register, faults)
    for sheet in sheets.values():
        note_undeclared(sheet, config)
        note_empty(sheet)
    note_unread(list(sheets.values()), config, also_read)
    if mentors is None or mentees is None:
        return None
    note_zones([(known["mentors"], mentors), (known["mentees"], mentees)], config)
    note_languages((mentees, mentors), config, handed.config_name, faults)
    note_limits((mentees, mentors), config, handed.config_name, faults)
    return Parts(
        config,
        mentors,
        mentees,
        requests,
        superiors.lines,
        handed.inputs,
        handed.vocabulary,
        handed.text_model,
    )


def _read_requests(
    sheets: Mapping[str, Sheet], sides: tuple[Side | None, Side | None], register: Register
) -> Requests:
    requests = Requests.from_rows([])
    mentees, mentors = sides
    if "pairs" in sheets:
        requests = read_requests(sheets["pairs"], mentees, mentors, register)
        if mentees is not None and mentors is not None:
            check_required(sheets["pairs"], requests, mentees, mentors)
    if "choices" in sheets and mentees is not None and mentors is not None:
        pairs = sheets["pairs"].table.name if "pairs" in sheets else ""
        choices = ChoicesReader(sheets["choices"], mentees, mentors, register, requests, pairs)
        requests = choices.read()
    return requests


def _with_known_zone(handed: Handed, faults: FaultList) -> Config:
    """Check the zone of those who have none; an unknown one counts as blank."""
    settings = handed.config.programme
    zone = settings.timezone
    try:
        if zone:
            check_zone(zone)
    except ValueError as error:
        faults.add(
            "setting-timezone",
            table=handed.config_name,
            column="programme.timezone",
            value=zone,
            problem=str(error),
            remedy="Write a zone such as Europe/Berlin or America/New_York.",
        )
        known = settings.model_copy(update={"timezone": ""})
        return handed.config.model_copy(update={"programme": known})
    return handed.config


def _sheets(
    handed: Handed, config: Config, faults: FaultList, *, items: tuple[str, ...]
) -> dict[str, Sheet]:
    return {
        kind: Sheet.of(
            handed.tables[kind],
            kind,
            items=items,
            faults=faults,
            config=config,
            config_name=handed.config_name,
        )
        for kind in KINDS_OF_TABLE
        if kind in handed.tables
    }


def _sides(
    config: Config,
    mentees: Mentees | None,
    mentors: Mentors | None,
    readers: Mapping[str, PeopleReader],
) -> tuple[Side | None, Side | None]:
    roles = config.roles
    one = other = None
    if mentees is not None:
        one = Side(
            "mentee_id",
            mentees,
            roles.mentee,
            roles.mentees,
            mentee_demand(mentees),
            readers["mentees"].doubtful,
        )
    if mentors is not None:
        other = Side(
            "mentor_id",
            mentors,
            roles.mentor,
            roles.mentors,
            mentor_places(mentors, hours_per_pair=config.programme.hours_per_pair),
            readers["mentors"].doubtful,
        )
    return one, other
