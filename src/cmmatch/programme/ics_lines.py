"""Lines of a calendar file, looked at before anything is expanded; nothing tells what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from cmmatch.programme.sheets import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Parts = tuple[str, Mapping[str, object], str]

__all__ = ["ENTRIES", "CalendarProblem", "Line", "check_lines", "content_lines"]

ENTRIES = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")
"""What counts as an entry of a calendar, numbered from 1 in the order of the file."""

TOO_FINE = ("HOURLY", "MINUTELY", "SECONDLY")
MOST = 5000
"""Occurrences of one entry in the programme's weeks; daily ones are always read."""

POSITIVE = re.compile("0*[1-9][0-9]*")
TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
EXPORT = "Export the calendar again as iCalendar (.ics)."


class CalendarProblem(ValueError):
    """What must hold of a calendar and does not; it never repeats text of the file.

    Parameters
    ----------
    problem : str
        What must hold, and the number of the line or entry where it does not.
    line : int, optional
        Line of the file, from 1.
    remedy : str
        What to do.
    code : str, default "calendar-unreadable"
        Of the fault.
    """

    def __init__(
        self,
        problem: str,
        *,
        line: int | None = None,
        remedy: str = EXPORT,
        code: str = "calendar-unreadable",
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.remedy = remedy
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """One content line, unfolded.

    Parameters
    ----------
    number : int
        Line of the file where it begins, from 1.
    entry : int
        Entry that it is in, from 1; 0 outside of any.
    name : str
        In capitals.
    parameters : mapping
        As the library gives them.
    value : str
        After the colon.
    text : str
        All of it.
    """

    number: int
    entry: int
    name: str
    parameters: Mapping[str, object]
    value: str
    text: str


def content_lines(text: str, parts: Callable[[str], Parts]) -> tuple[Line, ...]:
    """Part a calendar into its content lines.

    Parameters
    ----------
    text : str
        Of the file.
    parts : callable
        Parts one line into name, parameters and value, and raises ``ValueError`` for what is no
        content line.

    Returns
    -------
    tuple of Line
        In the order of the file.

    Raises
    ------
    CalendarProblem
        The first line is no BEGIN:VCALENDAR, lines are no content lines, or a BEGIN has no END.
    """
    unfolded = list(_unfolded(text))
    first = unfolded[0][1].strip().upper() if unfolded else ""
    if first != "BEGIN:VCALENDAR":
        message = "The file must be a calendar, from BEGIN:VCALENDAR to END:VCALENDAR."
        raise CalendarProblem(message, line=unfolded[0][0] if unfolded else None)
    bad: list[int] = []
    found = []
    entry = count = 0
    for number, line in unfolded:
        try:
            name, parameters, value = parts(line)
        except ValueError:
            bad.append(number)
            continue
        begins = name.upper() == "BEGIN" and value.strip().upper() in ENTRIES
        ends = name.upper() == "END" and value.strip().upper() in ENTRIES
        count += begins
        entry = count if begins else entry
        found.append(Line(number, entry, name.upper(), parameters, value, line))
        entry = 0 if ends else entry
    if bad:
        raise _bad_lines(bad)
    _check_nesting(found)
    return tuple(found)


def check_lines(lines: Iterable[Line], days: int, is_zone: Callable[[str], bool]) -> None:
    """Check what would be expanded without an end, and the zones of times.

    Parameters
    ----------
    lines : iterable of Line
        Of one file.
    days : int
        Days over which entries are expanded.
    is_zone : callable
        Whether a name that the file does not explain is a time zone.

    Raises
    ------
    CalendarProblem
        A rule repeats more finely than daily or more than 5000 times, a rule stands still, or a
        zone is unknown.
    """
    lines = tuple(lines)
    for line in lines:
        if line.name in ("RRULE", "EXRULE"):
            _check_rule(line, days)
    explained = {line.value.strip() for line in lines if line.name == "TZID"}
    named = [(str(line.parameters.get("TZID", "")), line) for line in lines if line.entry]
    strange = {zone for zone, _ in named} - explained - {""}
    strange = {zone for zone in strange if not is_zone(zone)}
    unknown = [line for zone, line in named if zone in strange]
    if unknown:
        told = listed(dict.fromkeys(line.entry for line in unknown))
        message = (
            "Times must be in a zone of the time zone database, or in one that the file explains; "
            f"those of entry {told} are not."
        )
        raise CalendarProblem(
            message,
            line=unknown[0].number,
            remedy=f"Choose a zone such as Europe/Berlin in the calendar. {EXPORT}",
            code="calendar-zone-unknown",
        )


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Give each line that is not blank with its number; one that begins blank goes on with it."""
    begun = 0
    parts: list[str] = []
    for number, line in enumerate(re.split(r"\r?\n", text), 1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
        elif line:
            if parts:
                yield begun, "".join(parts)
            begun, parts = number, [line]
    if parts:
        yield begun, "".join(parts)


def _bad_lines(numbers: list[int]) -> CalendarProblem:
    are = "is" if len(numbers) == 1 else "are"
    message = (
        "Every line must be iCalendar: a name, a colon and a value; "
        f"line {listed(numbers)} {are} not."
    )
    return CalendarProblem(message, line=numbers[0])


def _check_nesting(lines: list[Line]) -> None:
    begun: list[Line] = []
    for line in lines:
        part = line.value.strip().upper()
        if line.name == "BEGIN":
            begun.append(line)
        elif line.name == "END" and (not begun or begun.pop().value.strip().upper() != part):
            message = f"Every END must close the last BEGIN; line {line.number} does not."
            raise CalendarProblem(message, line=line.number)
    if begun:
        number = begun[-1].number
        message = f"Every BEGIN must have its END; that of line {number} has none."
        raise CalendarProblem(message, line=number)


def _check_rule(line: Line, days: int) -> None:
    rule = _terms(line.value)
    where = f"entry {line.entry}" if line.entry else "a zone that the file explains"
    times = prod(len(rule[each]) for each in TIMES if each in rule)
    if not all(POSITIVE.fullmatch(each) for each in rule.get("INTERVAL", ())):
        message = f"A repetition must go on by one or more; that of {where} does not."
    elif not rule.get("FREQ", set()).isdisjoint(TOO_FINE):
        message = f"An entry must be repeated daily at most; {where} is repeated more finely."
    elif times > 1 and times * days > MOST:
        message = (
            f"An entry must come {MOST} times at most in the programme's weeks; {where} comes "
            "more often."
        )
    else:
        return
    raise CalendarProblem(
        message,
        line=line.number,
        remedy="Delete the entry in the calendar, or repeat it daily at most, and export the "
        "calendar again.",
        code="calendar-repeats-too-often",
    )


def _terms(value: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for term in value.upper().split(";"):
        name, _, given = term.partition("=")
        found.setdefault(name.strip(), set()).update(map(str.strip, given.split(",")))
    return found
