"""From ``programme.toml`` to a checked :class:`Config`; every mistake is a fault, none is repaired.

Wrong settings are left at their defaults for the rest of the reading, so that the tables are
checked in the same run. Where the file is no TOML at all, the tables are still read, and only what
no setting can change is told of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from cmmatch.programme.config import Config
from cmmatch.programme.faults import SETTINGS, Severity
from cmmatch.programme.files import report_unreadable
from cmmatch.programme.limit_groups import add_price_faults
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.unsupported import add_objective_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from cmmatch.programme.faults import Fault, FaultList
    from cmmatch.programme.files import ReadBytes

__all__ = [
    "may_name_tables",
    "parse_settings",
    "read_settings",
    "settings_name",
    "told_without_settings",
]

BY_SETTINGS = (
    "trait-", "item-", "rating-", "grid-", "calendar-", "pair-", "min-mentees-over-", "required-",
    "expires-", "by-", "mentoring-type-",
)  # fmt: skip
"""Beginnings of codes that rest on a setting: a scale, a name of a role, a file, a first day."""

Place = tuple[int | str, ...]

CODES = {
    "extra_forbidden": "setting-unknown",
    "missing": "setting-missing",
    "literal_error": "setting-choice",
    "value_error": "setting-inconsistent",
    "greater_than": "setting-range",
    "greater_than_equal": "setting-range",
    "less_than": "setting-range",
    "less_than_equal": "setting-range",
    "finite_number": "setting-range",
    "string_too_short": "setting-range",
    "too_short": "setting-range",
    "too_long": "setting-range",
}
"""Our code for each kind of error that pydantic finds; every other kind is ``setting-type``."""

SENTENCES = {
    "extra_forbidden": "There must be no setting of this name.",
    "missing": "The setting must be given.",
    "greater_than": "The value must be greater than {gt:g}.",
    "greater_than_equal": "The value must be {ge:g} or more.",
    "less_than": "The value must be less than {lt:g}.",
    "less_than_equal": "The value must be {le:g} or less.",
    "finite_number": "The value must be a finite number.",
    "string_too_short": "The text must not be empty.",
    "too_short": "The list must have {min_length} or more entries.",
    "too_long": "The list must have no more than {max_length} entries.",
    "literal_error": "The value must be {expected}.",
    "string_type": "The value must be text in quotation marks.",
    "bool_type": "The value must be true or false, without quotation marks.",
    "int_type": "The value must be a whole number.",
    "int_parsing": "The value must be a whole number.",
    "int_from_float": "The value must be a whole number.",
    "float_type": "The value must be a number.",
    "float_parsing": "The value must be a number.",
    "tuple_type": "The value must be a list in square brackets.",
    "dict_type": "The value must be a table of settings.",
    "model_type": "The value must be a table of settings.",
    "model_attributes_type": "The value must be a table of settings.",
    "date_type": "The value must be a day, such as 2026-12-01.",
    "date_parsing": "The value must be a day, such as 2026-12-01.",
    "date_from_datetime_parsing": "The value must be a day, such as 2026-12-01.",
    "date_from_datetime_inexact": "The value must be a day, such as 2026-12-01.",
}


def read_settings(
    path: Path | None, faults: FaultList, *, read: ReadBytes = Path.read_bytes
) -> Config | None:
    """Read and check the settings file.

    Parameters
    ----------
    path : Path or None
        The TOML file; ``None`` gives the defaults.
    faults : FaultList
        Takes every mistake.
    read : callable, default Path.read_bytes
        Gives the bytes of the file.

    Returns
    -------
    Config or None
        The settings, each wrong one at its default; ``None`` where the file cannot be read.
    """
    if path is None:
        return Config()
    try:
        given = tomllib.loads(read(path).decode("utf-8-sig"))
    except OSError as error:
        report_unreadable(path, error, faults)
        return None
    except UnicodeDecodeError:
        faults.add(
            "setting-encoding",
            table=path.name,
            problem="The settings must be written in UTF-8.",
            remedy="Save the file again with the encoding UTF-8.",
        )
        return None
    except tomllib.TOMLDecodeError as error:
        _add_syntax_fault(error, path.name, faults)
        return None
    return _checked(given, path.name, faults)


def parse_settings(
    given: Config | Mapping[str, Any] | str | Path | None, faults: FaultList
) -> Config | None:
    """Check settings however they are given: ready, as nested dicts, as a path, or not at all."""
    if isinstance(given, (str, Path)):
        if Path(given).is_file():
            return read_settings(Path(given), faults)
        faults.add(
            "settings-missing",
            table=settings_name(given),
            problem="The settings file must exist.",
            remedy=f"Check the path; {str(given)!r} is no file.",
        )
        return None
    if isinstance(given, Config):
        add_objective_faults(given, SETTINGS, faults)
        add_price_faults(given, SETTINGS, faults)
        return given
    if given is not None and not isinstance(given, Mapping):
        faults.add(
            "settings-kind-unknown",
            table=SETTINGS,
            value=type(given).__name__,
            problem="The settings must be a mapping, a Config, or the path of a toml.",
            remedy="Hand in nested mappings such as {'programme': {'seed': 7}}.",
        )
        return None
    return _checked(given or {}, SETTINGS, faults)


def may_name_tables(path: Path) -> bool:
    """Whether settings that are no TOML may say which files and headings are meant."""
    try:
        text = path.read_bytes()
    except OSError:
        return True
    return b"files" in text or b"columns" in text


def told_without_settings(found: FaultList) -> Iterator[Fault]:
    """Pick the faults of tables that hold whatever the settings say: those of single cells."""
    return (
        each
        for each in found
        if each.severity is Severity.FAULT
        and each.row is not None
        and not each.code.startswith(BY_SETTINGS)
    )


def settings_name(given: Config | Mapping[str, Any] | str | Path | None) -> str:
    """Return what messages call these settings: the file's name, if there is one."""
    return Path(given).name if isinstance(given, (str, Path)) else SETTINGS


def _add_syntax_fault(error: tomllib.TOMLDecodeError, name: str, faults: FaultList) -> None:
    at = re.search(r" \(at line ([0-9]+), column ([0-9]+)\)", str(error))
    column = f" Look at column {at[2]} of the line." if at else " Look at the end of the file."
    faults.add(
        "setting-syntax",
        table=name,
        row=int(at[1]) if at else None,
        problem="The settings must be written in TOML.",
        remedy=f"The reader says: {str(error).partition(' (at ')[0]}.{column} Faults that rest "
        "on the settings are told after that.",
    )


def _checked(given: Mapping[str, Any], name: str, faults: FaultList) -> Config:
    left = _plain(given)
    _add_yes_no_faults(left, name, faults)
    config = None
    while config is None:
        try:
            config = Config.model_validate(left)
        except ValidationError as errors:
            found = errors.errors(include_url=False)
            for error in found:
                _add_fault(error, name, faults)
            removed = [_remove(left, error["loc"]) for error in found]
            left = left if any(removed) else {}
    add_objective_faults(config, name, faults)
    add_price_faults(config, name, faults)
    return config


def _plain(given: Any) -> Any:
    """Copy nested dicts and lists, so that what the caller gave is never changed."""
    if isinstance(given, Mapping):
        return {str(key): _plain(value) for key, value in given.items()}
    if isinstance(given, (list, tuple)):
        return [_plain(value) for value in given]
    return given


def _add_yes_no_faults(given: dict[str, Any], name: str, faults: FaultList) -> None:
    """Refuse true and false, which would pass for 1 and 0, where no yes or no is asked for."""
    places = [place for place, value in _leaves(given) if isinstance(value, bool)]
    for place in places:
        field = _field(place)[1]
        if field is not None and field.annotation is not bool:
            faults.add(
                "setting-type",
                table=name,
                column=_path(place),
                value=str(_value(given, place)).lower(),
                problem="The value must not be true or false.",
                remedy=_remedy(place),
            )
            _remove(given, place)


def _leaves(given: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    items = given.items() if isinstance(given, dict) else enumerate(given)
    for key, value in items:
        if isinstance(value, (dict, list)):
            yield from _leaves(value, (*place, key))
        else:
            yield (*place, key), value


def _add_fault(error: ErrorDetails, name: str, faults: FaultList) -> None:
    kind, place = error["type"], _place(error["loc"])
    context = error.get("ctx", {})
    if kind == "value_error":
        said = str(context["error"])
        problem = f"{said[:1].upper()}{said[1:]}."
    else:
        problem = SENTENCES.get(kind, f"{error['msg']}.").format(**context)
    value = error["input"]
    faults.add(
        CODES.get(kind, "setting-type"),
        table=name,
        column=_path(place),
        value="" if kind in ("missing", "value_error") else _shown(value),
        problem=problem,
        remedy=_unknown_remedy(place) if kind == "extra_forbidden" else _remedy(place, error),
    )


def _place(loc: Place) -> Place:
    return loc[:-1] if loc and loc[-1] == "[key]" else loc


def _path(place: Place) -> str:
    """Write a place as a dotted path; entries of a list count from 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in place)


def _shown(value: object) -> str:
    text = "" if isinstance(value, dict) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _remedy(place: Place, error: ErrorDetails | None = None) -> str:
    _, field = _field(place)
    kind = error["type"] if error else ""
    if error and kind == "literal_error":
        choices = re.findall("'([^']*)'", error["ctx"]["expected"])
        if place == ("scoring", "version"):
            return (
                "Use it, or leave it out; a version made later needs the cmmatch that brought it."
            )
        return f"{did_you_mean(near_names(str(error['input']), choices))}Use one of them."
    if kind == "missing":
        return f"Add it: {field.description}" if field and field.description else "Add it."
    if field is None or field.is_required():
        return "Correct it."
    meaning = f" It means: {field.description}" if field.description else ""
    return f"Correct it, or leave it out to have the default.{meaning}"


def _unknown_remedy(place: Place) -> str:
    section = _section(_field(place[:-1])[0])
    known = list(section.model_fields) if section else []
    word = str(place[-1])
    near = near_names(word, known)
    if near:
        return f"{did_you_mean(near)}Otherwise remove it."
    homes = [path for path, section in _sections() if word in section.model_fields]
    if homes:
        return f"It belongs in [{homes[0]}]; move it there."
    return f"Remove it; known here: {', '.join(known)}."


def _section(annotation: Any) -> type[BaseModel] | None:
    """Find the section within an annotation such as ``tuple[Limit, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_section, get_args(annotation))), None)


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Config.model_fields.items():
        section = _section(field.annotation)
        if section is not None:
            yield name, section


def _field(place: Place) -> tuple[Any, FieldInfo | None]:
    """Find what holds a place and, if it has one, the field that describes it."""
    owner: Any = Config
    field: FieldInfo | None = None
    for step in place:
        section = _section(owner)
        if isinstance(step, int) or section is None:
            continue
        field = section.model_fields.get(step)
        owner = field.annotation if field else None
    return owner, field


def _value(given: Any, place: Place) -> Any:
    for step in place:
        if isinstance(given, dict):
            given = given.get(str(step))
        else:
            given = given[step] if isinstance(given, list) and isinstance(step, int) else None
    return given


def _remove(given: dict[str, Any], loc: Place) -> bool:
    """Take a wrong setting out, or the whole list that it is in; say whether it was there."""
    place = _place(loc)
    numbers = [k for k, step in enumerate(place) if isinstance(step, int)]
    *path, last = place[: numbers[0]] if numbers else place
    holder = _value(given, tuple(path))
    return isinstance(holder, dict) and holder.pop(last, None) is not None
