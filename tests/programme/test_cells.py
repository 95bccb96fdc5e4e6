"""What one cell says, and what is refused."""

from datetime import date
from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.programme.cells import (
    STATUS_WORDS,
    has_worded_level,
    looks_like_formula,
    parse_date,
    parse_list,
    parse_number,
    parse_skills,
    parse_status,
    parse_whole,
    parse_yes_no,
)


@pytest.mark.parametrize(("text", "value"), [("2", 2), ("2.0", 2), ("2.", 2), ("0", 0), ("007", 7)])
def test_a_whole_number_is_read(text, value):
    assert value == parse_whole(text)


@pytest.mark.parametrize(
    "text",
    ["2.5", "-1", "1e3", "two", "2,0", "+2", "1 000", "1000001", "9" * 5000, "٣", "inf", "2.0.0"],
)
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(ValueError, match="The value must be a whole number from 0 to 1000000"):
        parse_whole(text)


def test_a_whole_number_below_the_least_is_refused():
    with pytest.raises(ValueError, match="from 1 to"):
        parse_whole("0", least=1)


@pytest.mark.parametrize(("text", "value"), [("7.5", 7.5), (".5", 0.5), ("+2", 2.0), ("3.", 3.0)])
def test_a_number_is_read(text, value):
    assert value == parse_number(text)


@pytest.mark.parametrize("text", ["-1", "1e3", "ten", "nan", "inf", "0x10", "1_000", "1000001"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="The value must be a number from 0 to"):
        parse_number(text)


@pytest.mark.parametrize("text", ["7,5", "1,000", "1,000.5", "1.000,5", "-7,5"])
def test_a_comma_in_a_number_is_refused_with_a_word_on_the_comma(text):
    with pytest.raises(ValueError, match="decimal point and no comma"):
        parse_number(text)


@given(st.floats(0, 1e6, allow_nan=False))
def test_a_number_written_out_is_read_as_itself(number):
    written = f"{number:.6f}"

    assert float(written) == parse_number(written)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01",
        "2026-12-01 00:00:00",
        "2026-12-01T09:30:00",
        "2026-12-01T09:30:00Z",
        "2026-12-01T09:30:00.000+01:00",
    ],
)
def test_a_day_is_read_with_or_without_a_time(text):
    assert date(2026, 12, 1) == parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "01/02/2026",  # nobody knows which is the month
        "01.02.2026",
        "20261201",
        "46357",  # a spreadsheet's number of a day
        "2026-02-30",
        "2026-13-01",
        "0026-12-01",
        "2026-12-01 25:00",
        "2026-W49-2",
        "soon",
    ],
)
def test_what_is_no_plain_day_is_refused(text):
    with pytest.raises(ValueError, match="The value must be a day"):
        parse_date(text)


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "1", "1.0"])
def test_yes_is_read_in_every_form(text):
    assert parse_yes_no(text)


@pytest.mark.parametrize("text", ["no", "N", "False", "0", "0.0"])
def test_no_is_read_in_every_form(text):
    assert not parse_yes_no(text)


@pytest.mark.parametrize("text", ["maybe", "2", "x", "ja"])
def test_what_is_neither_yes_nor_no_is_refused(text):
    with pytest.raises(ValueError, match="yes or no"):
        parse_yes_no(text)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("active", "active"),
        ("A", "active"),
        ("L", "paused"),
        ("On-Leave", "paused"),
        ("on_leave", "paused"),
        ("inactive", "paused"),
        ("T", "left"),
        ("Terminated", "left"),
        ("leaver", "left"),
    ],
)
def test_a_status_word_is_read(text, status):
    assert status == parse_status(text)


@pytest.mark.parametrize("text", ["activ", "busy", "x"])
def test_an_unknown_status_word_is_refused(text):
    with pytest.raises(ValueError, match="active, paused or left"):
        parse_status(text)


def test_no_status_word_stands_for_two_statuses():
    words = [word for each in STATUS_WORDS.values() for word in each]

    assert len(words) == len(set(words))
    assert words == [word.casefold() for word in words]


def test_a_list_is_parted_by_semicolons_and_bars_but_not_by_commas():
    assert ("Hamburg, Germany", "Bern", "Rome") == parse_list("Hamburg, Germany; Bern|||Rome")


def test_doubled_and_blank_entries_of_a_list_are_dropped():
    assert ("Bern", "Rome") == parse_list("Bern;; bern ; Rome; BERN ;")


def test_blanks_within_an_entry_become_one():
    assert ("New York",) == parse_list("  New \t  York ")


@given(st.lists(st.text("abcÄß ,:!", max_size=6)))
def test_reading_a_list_again_changes_nothing(entries):
    once = parse_list(";".join(entries))

    assert once == parse_list("; ".join(once))


def test_a_skill_has_a_label_a_level_and_a_must():
    python, negotiation, r = parse_skills("python:3; negotiation!; R")

    assert ("python", 3.0, False) == python
    assert ("negotiation", True) == (negotiation[0], negotiation[2])
    assert isnan(negotiation[1])
    assert ("R", False) == (r[0], r[2])


@pytest.mark.parametrize(
    "text", ["python:3!", "python!:3", "python : 3 !", "python:3.0!", "python:3!!"]
)
def test_the_must_sign_stands_before_or_after_the_level(text):
    assert (("python", 3.0, True),) == parse_skills(text)


@pytest.mark.parametrize("label", ["C", "C++", "C#", "R", "F#", "AWS: Lambda", "Unity: 2D games"])
def test_a_label_stays_as_written(label):
    plain, must, level = (parse_skills(label + end)[0] for end in ("", "!", ":4"))

    assert (label, label, label) == (plain[0], must[0], level[0])
    assert (False, True, False) == (plain[2], must[2], level[2])
    assert level[1] == 4.0


@pytest.mark.parametrize("text", ["C; C++; C#", "python; Python developer"])
def test_labels_that_differ_in_a_sign_or_word_stay_apart(text):
    assert len(text.split(";")) == len(parse_skills(text))


@pytest.mark.parametrize(
    "level", ["0", "6", "9", "2.5", "-1", "3/5", "2,5", "2015", "80%", "", " "]
)
def test_a_level_that_is_no_whole_number_from_1_to_5_is_refused(level):
    with pytest.raises(ValueError, match="The level after the colon must be a whole number from 1"):
        parse_skills(f"python:{level}")


@pytest.mark.parametrize("text", ["!", ":3", "!:3", "python; !"])
def test_a_skill_without_a_name_is_refused(text):
    with pytest.raises(ValueError, match="must have a name"):
        parse_skills(text)


def test_a_skill_written_twice_is_taken_once_with_all_that_is_said():
    assert (("python", 3.0, True),) == parse_skills("python; Python:3; python!")


def test_a_skill_with_two_levels_is_refused():
    with pytest.raises(ValueError, match="'python' with 2 and 3"):
        parse_skills("python:2; Python:3")


@given(
    st.lists(
        st.tuples(
            st.text("abcdeC+# ", min_size=1).map(lambda t: " ".join(t.split())).filter(bool),
            st.sampled_from([nan, 1.0, 2.0, 5.0]),
            st.booleans(),
        ),
        unique_by=lambda skill: skill[0].casefold(),
    )
)
def test_skills_written_out_are_read_as_themselves(skills):
    written = "; ".join(
        f"{label}{'' if isnan(level) else f':{level:g}'}{'!' if must else ''}"
        for label, level, must in skills
    )
    read = parse_skills(written)

    assert [(s[0], str(s[1]), s[2]) for s in skills] == [(s[0], str(s[1]), s[2]) for s in read]


@pytest.mark.parametrize(
    ("label", "worded"),
    [("python:expert", True), ("R: Beginner", True), ("AWS: Lambda", False), ("expert", False)],
)
def test_a_level_written_as_a_word_is_seen(label, worded):
    assert worded == has_worded_level(label)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("=1", True),
        ("@a", True),
        ("+a", True),
        ("-a", True),
        ("-17", False),
        ("+4.5", False),
        ("P-17", False),
        ("17", False),
        ("--1", True),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_seen(text, runs):
    assert runs == looks_like_formula(text)


def test_every_bad_skill_of_a_cell_is_told():
    with pytest.raises(ValueError, match="number from 1 to 5") as told:
        parse_skills("a:9; b:3; c:0; :2; d:1; d:2")

    assert (
        "The level after the colon must be a whole number from 1 to 5; see 'a:9', 'c:0'. "
        "Each skill must have a name; there is none in ':2'. "
        "Each skill must have one level; see 'd' with 1 and 2."
    ) == str(told.value)
