"""Every column of every table, once: what it means, what it may hold, how else it is called.

Checks, the documentation, the templates and ``cmmatch schema`` read it here. Any other column of a
table of people is kept as text for rules, groups and reports, and needs no entry.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from textwrap import fill

__all__ = ["AUDIENCE", "COLUMNS", "TABLES", "Column", "Kind", "as_json", "columns_of", "describe"]

AUDIENCE = """\
Only shortlist.csv and shortlist.html are to be handed out, to each person their own part. What is
not marked 'On lists handed out' reaches no list. For those who run the programme are explain,
report.html and matching.csv: they tell what the other side said, also in words of free texts.\
"""
"""Who is shown what."""

TABLES = ("mentors", "mentees", "people", "pairs", "choices", "events")
"""The tables of a programme; ``mentors`` and ``mentees`` must be there."""


class Kind(Enum):
    """How the text of a cell is read; the value is what people read."""

    TEXT = "text"
    ID = "label"
    LIST = "list"
    SKILLS = "skills"
    WHOLE = "whole number"
    NUMBER = "number"
    DATE = "day"
    STATUS = "status"
    ZONE = "time zone"
    AVAILABILITY = "weekly times"
    YES_NO = "yes or no"
    TRAIT = "trait"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        As cmmatch calls it.
    tables : tuple of str
        The tables that may have it, of ``TABLES``.
    kind : Kind
        How a cell is read.
    meaning : str
        One sentence.
    unit, range, default : str
        In words; "" where there is none. ``default`` is what a blank cell stands for.
    required : bool
        Whether the table must have it. The ``id`` of people may be left out where there is an
        ``email``, which is then the id.
    aliases : tuple of str
        Headings that are read as this column, in small letters, words parted by one blank.
    example : str
        A cell.
    choices : tuple of str
        The words of a choice.
    shown : str
        What a mentee reads of it on a list handed out; "" for nothing.
    """

    name: str
    tables: tuple[str, ...]
    kind: Kind
    meaning: str
    unit: str
    range: str
    default: str
    required: bool
    aliases: tuple[str, ...]
    example: str
    choices: tuple[str, ...] = ()
    shown: str = ""


BOTH = ("mentors", "mentees")
EVERYONE = (*BOTH, "people")
PAIRED = ("pairs", "events")


def _column(
    name: str,
    tables: tuple[str, ...],
    kind: Kind,
    *texts: str,
    range: str = "",
    unit: str = "",
    default: str = "",
    required: bool = False,
    also: str = "",
    choices: tuple[str, ...] = (),
    shown: str = "",
) -> Column:
    """Write a column briefly; ``texts`` are the example and the meaning, ``also`` the aliases."""
    example, meaning = texts
    aliases = tuple(each.strip() for each in also.split(";") if each.strip())
    limits = range or ", ".join(choices)
    facts = kind, meaning, unit, limits, default, required, aliases, example, choices, shown
    return Column(name, tables, *facts)


# Laid out by hand: name, tables, kind, example, meaning; then what is special; then other names.
# fmt: off
COLUMNS: tuple[Column, ...] = (
    _column("id", EVERYONE, Kind.ID, "00123", "Unique label of the person, kept as written.",
            range="unique in the table", required=True, shown="the id",
            also="employee id; employee number; employee no; staff id; staff number; person id; "
                 "personnel number; user id; participant id; worker id; member id"),
    _column("name", BOTH, Kind.TEXT, "Ann Lee", "Name, for reports only.",
            shown="the name",
            also="full name; employee name; display name; participant name"),
    _column("first_name", BOTH, Kind.TEXT, "Ann", "First part of the name, if it is in two.",
            also="given name; forename"),
    _column("last_name", BOTH, Kind.TEXT, "Lee", "Last part of the name, if it is in two.",
            also="surname; family name"),
    _column("email", EVERYONE, Kind.TEXT, "ann.lee@example.org",
            "Address, case ignored; stands for the id where there is no column of ids.",
            range="unique in the table",
            also="email address; work email; business email; company email; primary email; mail"),
    _column("status", EVERYONE, Kind.STATUS, "active",
            "Whether the person takes part; who is paused or has left is not matched. Incomplete, "
            "imported, ineligible and full count as paused, leaver as left, available and partly "
            "available as active.",
            default="active", choices=("active", "paused", "left"),
            also="employee status; employee status code; participant status; participation status"),
    _column("mentoring_type", BOTH, Kind.CHOICE, "both",
            "Side of a person in a table of everybody: rows of the other side are left out, who is "
            "disabled is not matched.",
            default="the side of the table", choices=("mentor", "mentee", "both", "disabled"),
            also="mentoring role"),
    _column("department", EVERYONE, Kind.TEXT, "Engineering", "Larger unit, for rules and limits.",
            also="department name; dept; business unit; division; org unit"),
    _column("team", EVERYONE, Kind.TEXT, "Payments", "Smaller unit within the department.",
            also="team name; squad; work group"),
    _column("location", BOTH, Kind.TEXT, "Hamburg", "Place of work.",
            also="city; office; office location; work location; location name; site"),
    _column("grade", EVERYONE, Kind.TEXT, "L4", "Level of the job.",
            also="job level; job grade; pay grade; management level; career level; seniority; "
                 "seniority level; band"),
    _column("manager_id", EVERYONE, Kind.ID, "00007",
            "Id or e-mail of the line manager, who need not be in any table.",
            also="manager; manager email; manager email address; line manager; "
                 "line manager id; line manager email; supervisor; supervisor id; "
                 "supervisor email; direct manager; manager employee id; reports to"),
    _column("appraiser_id", EVERYONE, Kind.ID, "00009",
            "Id or e-mail of who appraises the person, if that is not the line manager.",
            also="appraiser; appraiser email; appraised by; performance reviewer"),
    _column("languages", BOTH, Kind.LIST, "English; German", "Languages to talk in.",
            range="parted by ;",
            also="language; spoken languages; languages spoken"),
    _column("timezone", BOTH, Kind.ZONE, "Europe/Berlin", "Zone of the times in availability.",
            range="a name of the tz database", default="[programme] timezone",
            also="time zone; tz; time zone name"),
    _column("availability", BOTH, Kind.AVAILABILITY, "Mon 09:00-12:00; Wed 14:00-16:00",
            "Weekly free times, in the person's own zone.", range="parted by ;",
            shown="that there is common time, and how much where it is enough",
            also="weekly availability; available times; free times"),
    _column("goals", BOTH, Kind.LIST, "career change; visibility", "Categories of goals.",
            range="parted by ;", shown="those that both name",
            also="goal; goal categories; development goals; career goals; mentoring goals; "
                 "learning goals"),
    _column("statement", BOTH, Kind.TEXT, "I would like to lead a small team.",
            "Free text about oneself and what one hopes for.",
            shown="that both wrote about similar things, where they share a word; no word of it",
            also="personal statement; about me; bio; biography; motivation"),
    _column("years_experience", BOTH, Kind.NUMBER, "7.5", "Experience at work.",
            unit="years", range="0 to 80", shown="by how many years the mentor is ahead",
            also="years of experience; experience years; total years of experience; "
                 "years of work experience"),
    _column("meeting_mode", BOTH, Kind.TEXT, "virtual", "How the person prefers to meet.",
            also="preferred meeting type; preferred meeting mode; meeting type; "
                 "meeting preference"),
    _column("waiting_since", BOTH, Kind.DATE, "2026-09-01",
            "Since when the person has been waiting; decides ties.", range="year-month-day",
            also="waiting from; application date; applied on; date applied; registration date; "
                 "registered on; sign up date"),
    _column("consent_personality", BOTH, Kind.YES_NO, "yes",
            "Whether answers on personality may be used.", default="no",
            also="personality consent; consent personality data"),
    _column("openness", BOTH, Kind.TRAIT, "4.2", "Mean answer on openness.",
            range="[personality] scale, 1 to 5", also="openness to experience"),
    _column("conscientiousness", BOTH, Kind.TRAIT, "3.8", "Mean answer on conscientiousness.",
            range="[personality] scale, 1 to 5"),
    _column("extraversion", BOTH, Kind.TRAIT, "2.5", "Mean answer on extraversion.",
            range="[personality] scale, 1 to 5", also="extroversion"),
    _column("agreeableness", BOTH, Kind.TRAIT, "4.0", "Mean answer on agreeableness.",
            range="[personality] scale, 1 to 5"),
    _column("neuroticism", BOTH, Kind.TRAIT, "2.1", "Mean answer on neuroticism.",
            range="[personality] scale, 1 to 5"),
    _column("skills", BOTH, Kind.SKILLS, "python:4; leadership",
            "Skills held now, each with a level if there is one.",
            range="levels 1 to 5, parted by ;",
            shown="of a mentor, those that the mentee wants, with the level",
            also="skill; current skills; expertise; areas of expertise; competencies; competences; "
                 "skills offered; offer categories; offers"),
    _column("consent_identity", ("mentors",), Kind.YES_NO, "yes",
            "Whether one's own entries in the columns of [identity] may be compared when somebody "
            "asks for a mentor of the same.", default="no",
            also="identity consent; consent identity data"),
    _column("goals_achieved", ("mentors",), Kind.LIST, "career change",
            "Categories of goals that one has reached oneself, in the words of the column goals.",
            range="parted by ;", shown="those that the mentee names",
            also="achieved goals; goals reached; goals already achieved; goals achieved myself; "
                 "goals i have achieved"),
    _column("capacity", ("mentors",), Kind.WHOLE, "2",
            "Places: how many people one can take on at once.",
            unit="places", range="0 or more", default="1",
            also="max mentees; maximum mentees; max number of mentees; maximum number of mentees; "
                 "mentee capacity; places; max coachees; maximum coachees"),
    _column("min_mentees", ("mentors",), Kind.WHOLE, "1",
            "Least number to take on.", unit="places", range="0 or more", default="0",
            also="minimum mentees; min number of mentees; minimum number of mentees"),
    _column("hours_per_month", ("mentors",), Kind.NUMBER, "6",
            "Time for all one's pairs together; limits the places.",
            unit="hours", range="0 to 744",
            also="hours a month; monthly hours; mentoring hours per month; "
                 "hours available per month"),
    _column("skills_wanted", ("mentees",), Kind.SKILLS, "python:3; negotiation!",
            "Skills to learn, each with the level wanted if there is one; ! marks a must.",
            range="levels 1 to 5, parted by ;", shown="those that the mentor can teach",
            also="wanted skills; desired skills; skills to learn; skills to develop; "
                 "skills needed; skills sought; learning needs; development areas; "
                 "need categories; needs"),
    _column("wants_mentor_like_me", ("mentees",), Kind.LIST, "gender",
            "What one asks a mentor to share: names of columns that [identity] offers.",
            range="parted by ;",
            also="mentor like me; wants a mentor like me"),
    _column("demand", ("mentees",), Kind.WHOLE, "1", "How many one wants at once.",
            unit="places", range="0 or more", default="1",
            also="mentors wanted; number of mentors wanted; max mentors; maximum mentors"),
    _column("date", ("events",), Kind.DATE, "2026-12-14", "Day of the event.",
            range="year-month-day", required=True,
            also="event date; date of event; day; meeting date"),
    _column("mentee_id", PAIRED, Kind.ID, "00123", "Id or e-mail of the one who learns.",
            required=True,
            also="mentee; mentee email; mentee email address; mentee employee id; "
                 "coachee; coachee id; coachee email"),
    _column("mentor_id", PAIRED, Kind.ID, "00456", "Id or e-mail of the one who teaches.",
            required=True,
            also="mentor; mentor email; mentor email address; mentor employee id; "
                 "coach; coach id; coach email"),
    _column("mentee_id", ("choices",), Kind.ID, "00123", "Id or e-mail of the one who chooses.",
            required=True, also="mentee email; mentee employee id; coachee id; coachee email"),
    _column("mentee", ("choices",), Kind.TEXT, "Ann Lee", "Name, to be read by people only.",
            also="coachee"),
    _column("mentor_id", ("choices",), Kind.ID, "00456", "Id or e-mail of the one on the list.",
            required=True, also="mentor email; mentor employee id; coach id; coach email"),
    _column("mentor", ("choices",), Kind.TEXT, "Max Ode", "Name, to be read by people only.",
            also="coach"),
    _column("kind", ("pairs",), Kind.CHOICE, "prefer",
            "What is asked for this pair; a table without the column lists pairs that there are, "
            "so each row is 'keep', or the kind of [pairs].",
            choices=("require", "forbid", "keep", "prefer", "avoid", "declined", "previous"),
            also="type; request; request type; pair type"),
    _column("kind", ("events",), Kind.CHOICE, "met", "What happened.",
            required=True,
            choices=("started", "met", "planned", "pulse", "goal", "paused", "ended"),
            also="type; event; event type"),
    _column("rank", ("pairs", "choices"), Kind.WHOLE, "1",
            "Order of a preference; 1 is the first choice.",
            range="1 or more", shown="to the mentee who gave it, on that mentee's own list",
            also="preference rank; choice; choice rank; priority"),
    _column("decline", ("choices",), Kind.YES_NO, "yes",
            "A cross (x) or yes where the pair is not to be made.", default="no",
            also="declined; no thanks; not this one"),
    _column("by", PAIRED, Kind.CHOICE, "manager", "Who asked or answered.",
            choices=("mentee", "mentor", "manager", "admin"),
            also="requested by; asked by; answered by; reported by"),
    _column("item", ("events",), Kind.TEXT, "useful", "Which question, or which goal.",
            also="question; question id; measure"),
    _column("value", ("events",), Kind.NUMBER, "4", "The answer or the degree reached.",
            also="answer; score; rating"),
    _column("reason", (*PAIRED, "choices"), Kind.TEXT, "same project last year", "Why.",
            also="why; reasons; closing reason"),
    _column("expires", ("pairs",), Kind.DATE, "2027-06-30", "Last day on which the row holds.",
            range="year-month-day", also="expiry; expiry date; expires on; valid until"),
    _column("note", ("events",), Kind.TEXT, "moved to March", "Free text.",
            also="notes; comment; comments; remark; remarks"),
)
"""All columns, in the order in which a table is best written."""
# fmt: on


def columns_of(table: str) -> tuple[Column, ...]:
    """Return the columns of one table, in the order of ``COLUMNS``.

    Parameters
    ----------
    table : str
        One of ``TABLES``.

    Raises
    ------
    ValueError
        There is no such table.

    Examples
    --------
    >>> [column.name for column in columns_of("pairs")][:3]
    ['mentee_id', 'mentor_id', 'kind']
    """
    if table not in TABLES:
        message = f"The table must be one of {', '.join(TABLES)}. Given: {table!r}."
        raise ValueError(message)
    return tuple(column for column in COLUMNS if table in column.tables)


def describe() -> str:
    """Return all columns as text, table by table, no line longer than 100 signs.

    Examples
    --------
    >>> lines = describe().splitlines()
    >>> lines[0], lines[1].split()[:3], max(map(len, lines)) <= 100
    ('mentors', ['id', 'label,', 'required.'], True)
    """
    return "\n\n".join(
        "\n".join([table, *(_described(column) for column in columns_of(table))])
        for table in TABLES
    )


def _described(column: Column) -> str:
    needed = ", required" if column.required else ""
    facts = {
        "Unit": column.unit,
        "Range": column.range,
        "Blank means": column.default,
        "On lists handed out": column.shown,
        "Example": column.example,
        "Also read": ", ".join(column.aliases),
    }
    told = " ".join(f"{fact}: {words.rstrip('.')}." for fact, words in facts.items() if words)
    return fill(
        f"{column.kind.value}{needed}. {column.meaning} {told}",
        width=100,
        initial_indent=f"  {column.name:<21}",
        subsequent_indent=" " * 23,
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_json() -> dict[str, list[dict[str, object]]]:
    """Return all columns as plain lists and texts, ready for ``json.dumps``.

    Returns
    -------
    dict
        For each table the list of its columns, each a dict with the fields of :class:`Column`
        except ``tables``.

    Examples
    --------
    >>> as_json()["mentors"][0]["name"]
    'id'
    """
    return {table: [_plain(column) for column in columns_of(table)] for table in TABLES}


def _plain(column: Column) -> dict[str, object]:
    fields = asdict(column)
    del fields["tables"]
    return {
        **fields,
        "kind": column.kind.value,
        "aliases": list(column.aliases),
        "choices": list(column.choices),
    }
