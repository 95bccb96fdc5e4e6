"""Columns that settings name: whether there are such columns, and that none is protected.

A protected column is kept for audits only. It stays among the people's extra columns, and nothing
else may touch it: no rule, no limit, no component, no report. The one exception is what people ask
for themselves: ``[identity] columns`` may name it (:mod:`cmmatch.programme.identity_requests`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.programme.headings import plain_heading
from cmmatch.programme.limit_groups import limit_columns
from cmmatch.programme.rating_reader import RATED
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.trait_reader import trait_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.sheets import Sheet

__all__ = ["TEXT_COLUMNS", "check_columns", "looks_protected", "uses", "with_questions"]

TEXT_COLUMNS = frozenset(
    {
        "name", "email", "status", "department", "team", "location", "grade", "manager_id",
        "appraiser_id", "timezone", "statement", "meeting_mode",
    }
)  # fmt: skip
"""Columns of the schema that hold one text a person, which rules may compare."""

BY_PEOPLE = frozenset({"status", "department", "team", "grade", "manager_id", "appraiser_id"})
"""What ``people.csv`` gives to people whose own table lacks the column."""

PROTECTED_WORDS = (
    "gender", "sex", "sexual", "sexuality", "pronouns", "ethnicity", "ethnic", "race", "racial",
    "religion", "religious", "faith", "belief", "disability", "disabilities", "disabled",
    "nationality", "citizenship", "marital", "pregnancy", "pregnant", "age", "dob", "birthdate",
    "birthday", "birth", "veteran", "health", "caste",
)  # fmt: skip


def looks_protected(heading: str) -> bool:
    """Whether a heading names something that the law of many countries protects.

    Examples
    --------
    >>> looks_protected("Age group"), looks_protected("Languages")
    (True, False)
    """
    return not set(PROTECTED_WORDS).isdisjoint(plain_heading(heading).split())


def uses(config: Config) -> list[tuple[str, str]]:
    """Return (path of the setting, column named) for every setting that puts a column to use.

    Examples
    --------
    >>> from cmmatch.programme.config import Config
    >>> uses(Config.model_validate({"eligibility": {"same": ["site"]}}))
    [('eligibility.same', 'site')]
    """
    renames = [
        (f"columns.{kind}.{name}", heading)
        for kind, table in config.columns
        for name, heading in table.items()
    ]
    limits = [(path, column) for path, column, _ in limit_columns(config)]
    items = [
        (f"personality.key.{trait}", item.removeprefix("-"))
        for trait, key in trait_key(config).items()
        for item in key
    ]
    ratings = [
        (f"{section}.columns", column.removeprefix("-"))
        for section in RATED
        for column in getattr(config, section).columns
    ]
    groups = [(path, column) for path, column, _ in _grouped(config)]
    return [*_compared(config), *limits, *groups, *_shown(config), *renames, *items, *ratings]


def _compared(config: Config) -> list[tuple[str, str]]:
    rules = config.eligibility
    return [
        *(("eligibility.same", column) for column in rules.same),
        *(("eligibility.different", column) for column in rules.different),
    ]


def _grouped(config: Config) -> list[tuple[str, str, str]]:
    """Return (path of the setting, column, whose) of what an objective compares groups by."""
    column = config.objectives.group
    return [("objectives.group", column, "mentees")] if column else []


def _shown(config: Config) -> list[tuple[str, str]]:
    return [("report.columns", column) for column in config.report.columns]


def check_columns(
    sheets: Mapping[str, Sheet], config: Config, config_name: str, faults: FaultList
) -> None:
    """Report protected columns that are used, and settings that name a column that is not there."""
    people = [sheets[kind] for kind in ("mentors", "mentees") if kind in sheets]
    _check_protected(list(sheets.values()), config, config_name, faults)
    if len(people) == 2:
        _check_known(sheets, config, config_name, faults)


def _check_protected(
    sheets: Sequence[Sheet], config: Config, config_name: str, faults: FaultList
) -> None:
    protected = _protected(config)
    named = {heading: name for sheet in sheets for name, heading in sheet.heading.items()}
    asked = {
        plain_heading(question): heading
        for sheet in sheets
        for heading, question in sheet.table.questions.items()
    }
    for path, column in uses(config):
        meant = {column, named.get(column, column), asked.get(plain_heading(column), column)}
        if not protected.keys().isdisjoint(map(plain_heading, meant)):
            faults.add(
                "protected-column",
                table=config_name,
                column=path,
                value=column,
                problem="A protected column must be used for audits only.",
                remedy="Take it out here, or out of [privacy] protected.",
            )
    renamed = {heading for _, table in config.columns for heading in table.values()}
    renamed |= {asked[plain_heading(text)] for text in renamed if plain_heading(text) in asked}
    for heading, name in sorted(named.items()):
        either = protected.get(plain_heading(heading)) or protected.get(plain_heading(name))
        if either is not None and heading not in renamed:
            faults.add(
                "protected-column",
                table=config_name,
                column="privacy.protected",
                value=either,
                problem=f"A protected column must be used for audits only; cmmatch reads this one "
                f"as {name!r}.",
                remedy="Give the column another heading, or take it out of [privacy] protected.",
            )


def _protected(config: Config) -> dict[str, str]:
    """Protected columns: in the form in which headings are compared, and as the settings say."""
    return {plain_heading(name): name for name in config.privacy.protected}


def with_questions(config: Config, sheets: Sequence[Sheet]) -> Config:
    """Return settings in which a column protected by its question is protected by its heading."""
    protected: list[str] = []
    for name in config.privacy.protected:
        asked = plain_heading(name)
        headings = {
            heading
            for sheet in sheets
            for heading, question in sheet.table.questions.items()
            if question and plain_heading(question) == asked and heading not in sheet.table.metadata
        }
        protected += sorted(headings) or [name]
    if tuple(protected) == config.privacy.protected:
        return config
    privacy = config.privacy.model_copy(update={"protected": tuple(dict.fromkeys(protected))})
    return config.model_copy(update={"privacy": privacy})


def _check_known(
    sheets: Mapping[str, Sheet], config: Config, config_name: str, faults: FaultList
) -> None:
    completed = BY_PEOPLE & set(sheets["people"].heading) if "people" in sheets else set()
    mentors, mentees = (
        {*sheets[kind].extra, *(TEXT_COLUMNS & set(sheets[kind].heading)), *completed}
        for kind in ("mentors", "mentees")
    )
    # Which of the columns was meant that stand twice nobody knows: a fault already.
    dropped = {heading for sheet in sheets.values() for heading in sheet.table.dropped}
    known = mentors | mentees | dropped
    of = {"mentors": mentors, "mentees": mentees}
    anywhere = {name for sheet in sheets.values() for name in (*sheet.extra, *sheet.heading)}
    anywhere |= {name for sheet in sheets.values() for name in sheet.heading.values()} | dropped
    plain = {plain_heading(name) for name in anywhere}
    protected = _protected(config)
    wanted = [
        *(
            (path, column, column in known)
            for path, column in (*_compared(config), *_shown(config))
        ),
        *(
            (path, column, column in known and (side == "both" or column in of[side] | dropped))
            for path, column, side in (*limit_columns(config), *_grouped(config))
        ),
        *(
            ("privacy.protected", name, plain_heading(name) in plain)
            for name in config.privacy.protected
        ),
    ]
    # Whoever is told that a column is protected must not be told how to name it better.
    wanted = [
        each
        for each in wanted
        if each[0] == "privacy.protected" or plain_heading(each[1]) not in protected
    ]
    own_name = {
        plain_heading(heading): name
        for kind in ("mentors", "mentees")
        for name, heading in sheets[kind].heading.items()
    }
    for path, column, there in wanted:
        if not there:
            choice = anywhere if path == "privacy.protected" else known - _names(protected, known)
            mapped = own_name.get(plain_heading(column))
            near = [mapped] if mapped in choice else near_names(column, choice)
            _report_unknown(path, column, near, config_name=config_name, faults=faults)
    for path, column in _compared(config):
        if column in mentors ^ mentees:
            table = sheets["mentors" if column in mentors else "mentees"].table.name
            _note_one_sided(path, column, table, config_name=config_name, faults=faults)
    for path, column, side in limit_columns(config):
        if side == "both" and column in mentors ^ mentees:
            table = sheets["mentors" if column in mentors else "mentees"].table.name
            counts = "the limit counts no pair"
            _note_one_sided(
                path, column, table, config_name=config_name, faults=faults, until=counts
            )


def _names(protected: Mapping[str, str], known: set[str]) -> set[str]:
    return {name for name in known if plain_heading(name) in protected}


def _report_unknown(
    path: str, column: str, near: Sequence[str], *, config_name: str, faults: FaultList
) -> None:
    what = "" if path == "privacy.protected" else ", one that has a single text a person"
    faults.add(
        "column-unknown",
        table=config_name,
        column=path,
        value=column,
        problem=f"The setting must name a column that a table has{what}.",
        remedy=f"{did_you_mean(near)}Write cmmatch's name of the column if it has one, else the "
        "heading as in the table.",
    )


def _note_one_sided(
    path: str,
    column: str,
    table: str,
    *,
    config_name: str,
    faults: FaultList,
    until: str = "the rule cannot be checked for any pair",
) -> None:
    faults.add(
        "column-one-sided",
        table=config_name,
        column=path,
        value=column,
        problem=f"Both tables should have the column that is compared; only {table} has it.",
        remedy=f"Add it to the other table; until then {until}.",
        note=True,
    )
