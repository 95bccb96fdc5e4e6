"""The schema agrees with itself and with what reads the cells."""

import json
from collections import Counter
from typing import get_args

import pytest

from cmmatch.programme import cells
from cmmatch.programme.calendar import check_zone, parse_availability
from cmmatch.programme.config import Columns, PairSettings
from cmmatch.programme.headings import plain_heading
from cmmatch.programme.people import TRAITS, Mentees, Mentors
from cmmatch.programme.relations import ASKERS, KINDS
from cmmatch.programme.schema import COLUMNS, TABLES, Kind, as_json, columns_of, describe
from cmmatch.programme.sides import TYPES

READERS = {
    Kind.TEXT: str,
    Kind.ID: str,
    Kind.LIST: cells.parse_list,
    Kind.SKILLS: cells.parse_skills,
    Kind.WHOLE: cells.parse_whole,
    Kind.NUMBER: cells.parse_number,
    Kind.DATE: cells.parse_date,
    Kind.STATUS: cells.parse_status,
    Kind.ZONE: check_zone,
    Kind.AVAILABILITY: parse_availability,
    Kind.YES_NO: cells.parse_yes_no,
    Kind.TRAIT: lambda text: cells.parse_number(text, 1.0, 5.0),
}


def column(table, name):
    """Return one column of a table."""
    return next(each for each in columns_of(table) if each.name == name)


@pytest.mark.parametrize("each", COLUMNS, ids=lambda each: f"{each.tables[0]}-{each.name}")
def test_every_example_can_be_read(each):
    assert each.example
    if each.kind is Kind.CHOICE:
        assert each.example in each.choices
    else:
        READERS[each.kind](each.example)


@pytest.mark.parametrize("each", COLUMNS, ids=lambda each: f"{each.tables[0]}-{each.name}")
def test_every_column_is_one_of_its_tables_and_has_one_sentence(each):
    assert set(each.tables) <= set(TABLES)
    assert each.meaning.endswith(".")
    assert "\n" not in each.meaning
    assert not (each.required and each.default)
    assert bool(each.choices) == (each.kind in (Kind.CHOICE, Kind.STATUS))


@pytest.mark.parametrize("table", TABLES)
def test_no_heading_can_mean_two_columns_of_a_table(table):
    spellings = Counter(
        spelling
        for each in columns_of(table)
        for spelling in {plain_heading(text) for text in (each.name, *each.aliases)}
    )

    assert {} == {spelling: count for spelling, count in spellings.items() if count > 1}


def test_aliases_are_written_as_headings_are_compared():
    wrong = [
        (c.name, alias) for c in COLUMNS for alias in c.aliases if plain_heading(alias) != alias
    ]

    assert [] == wrong


def test_tables_are_those_that_the_settings_can_rename():
    assert set(TABLES) == set(Columns.model_fields)


def test_choices_are_those_of_the_code_that_reads_them():
    assert KINDS == column("pairs", "kind").choices
    assert ASKERS == column("pairs", "by").choices
    assert set(cells.STATUS_WORDS) == set(column("mentors", "status").choices)
    assert TYPES == column("mentors", "mentoring_type").choices
    assert KINDS == get_args(get_args(PairSettings.model_fields["kind"].annotation)[0])


@pytest.mark.parametrize(("table", "kind"), [("mentors", Mentors), ("mentees", Mentees)])
def test_people_have_a_field_for_every_column(table, kind):
    names = {each.name for each in columns_of(table)}
    # Two columns make the name; the traits are one array; consent decides which are read, and the
    # type of a person on which side they stand.
    helpers = {"first_name", "last_name", "consent_personality", "mentoring_type", *TRAITS}
    arrays = {
        "ids",
        "traits",
        "trait_reliability",
        "free",
        "free_known",
        "ratings",
        "extra",
        "rows",
    }
    fields = set(kind.__dataclass_fields__) - arrays

    assert fields == (names - helpers - {"id", "availability"})


def test_required_columns_are_those_without_which_nothing_can_be_said():
    required = {table: [c.name for c in columns_of(table) if c.required] for table in TABLES}

    assert {
        "mentors": ["id"],
        "mentees": ["id"],
        "people": ["id"],
        "pairs": ["mentee_id", "mentor_id"],
        "choices": ["mentee_id", "mentor_id"],
        "events": ["date", "mentee_id", "mentor_id", "kind"],
    } == required


def test_an_unknown_table_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="one of mentors, mentees, people, pairs, choices, events"):
        columns_of("mentor")


def test_the_description_holds_every_column_of_every_table():
    sections = dict(part.split("\n", 1) for part in describe().split("\n\n"))

    assert list(TABLES) == list(sections)
    for table, text in sections.items():
        named = [line.split()[0] for line in text.splitlines() if line[2:3].strip()]
        assert [each.name for each in columns_of(table)] == named


def test_json_holds_the_same_as_the_schema():
    read = json.loads(json.dumps(as_json()))

    assert {table: [c.name for c in columns_of(table)] for table in TABLES} == {
        table: [each["name"] for each in columns] for table, columns in read.items()
    }
    assert column("mentors", "capacity").default == next(
        each["default"] for each in read["mentors"] if each["name"] == "capacity"
    )


def test_the_description_says_what_stands_on_lists_handed_out():
    """Free text by nothing but the fact; what is answered in confidence not at all."""
    told = {each.name for each in columns_of("mentors") if each.shown}

    assert {
        "id",
        "name",
        "availability",
        "goals",
        "statement",
        "years_experience",
        "skills",
        "goals_achieved",
    } == told
    assert "no word of it" in column("mentees", "statement").shown
    assert "On lists handed out: by how many years the mentor is ahead." in " ".join(
        describe().split()
    )
