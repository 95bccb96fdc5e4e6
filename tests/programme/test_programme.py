"""Programme: what was read, places and demand, and the fingerprint."""

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.errors import InputFaults
from cmmatch.programme.programme import Programme

MENTORS = {
    "id": ["A1", "A2", "A3"],
    "capacity": ["2", "", "3"],
    "hours_per_month": ["", "6.6", "5"],
    "skills": ["python:4; negotiation", "R!", ""],
    "years_experience": ["12", "7.5", ""],
    "campus": ["Bern", "", "Rome"],
}
MENTEES = {
    "id": ["E1", "E2"],
    "skills_wanted": ["python:3!", "R; SQL"],
    "waiting_since": ["2026-09-01", ""],
    "availability": ["Mon 09:00-12:00", ""],
    "manager_id": ["A3", ""],
}
PAIRS = {
    "mentee_id": ["E1", "E2", "E1"],
    "mentor_id": ["A2", "A1", "A1"],
    "kind": ["forbid", "require", "previous"],
    "rank": ["", "", "2"],
}


def programme(mentors=MENTORS, mentees=MENTEES, pairs=PAIRS, config=None):
    return Programme.from_frames(mentors, mentees, pairs=pairs, config=config)


def shuffled(table, order):
    return {name: [values[k] for k in order] for name, values in table.items()}


def test_people_stand_in_the_order_given():
    made = programme()

    assert ["A1", "A2", "A3"] == made.mentors.ids.tolist()
    assert ["E1", "E2"] == made.mentees.ids.tolist()


def test_blanks_take_their_defaults():
    made = programme({"id": ["A1"], "capacity": [""]}, {"id": ["E1"]}, None)

    assert [1] == made.mentors.capacity.tolist()
    assert [0] == made.mentors.min_mentees.tolist()
    assert ["active"] == made.mentors.status.tolist()
    assert [1] == made.mentees.demand.tolist()
    assert np.isnan(made.mentors.hours_per_month).all()
    assert np.isnan(made.mentees.years_experience).all()
    assert np.isnat(made.mentees.waiting_since).all()
    assert not made.mentees.free_known.any()
    assert np.isnan(made.mentees.traits).all()


def test_skills_keep_labels_levels_and_musts():
    made = programme()

    assert ("negotiation", "python") == made.mentors.skills.of(0)
    assert ("R",) == made.mentors.skills.of(1)
    assert () == made.mentors.skills.of(2)
    wanted = made.mentees.skills_wanted
    assert ("R", "SQL", "python") == wanted.labels
    assert [3.0] == wanted.level[wanted.start[0] : wanted.start[1]].tolist()
    assert [True, False, False] == wanted.must.tolist()


def test_places_are_the_smaller_of_capacity_and_hours():
    config = {"programme": {"hours_per_pair": 2.2}}
    mentors = {**MENTORS, "capacity": ["2", "9", "9"]}

    assert [2, 3, 2] == programme(mentors, config=config).places.tolist()


@pytest.mark.parametrize("status", ["paused", "left"])
def test_who_is_paused_or_has_left_has_no_place_and_wants_nobody(status):
    mentors = {"id": ["A1", "A2"], "status": [status, ""], "capacity": ["2", "2"]}
    mentees = {"id": ["E1", "E2"], "status": [status, ""], "demand": ["2", "2"]}
    made = programme(mentors, mentees, None)

    assert [0, 2] == made.places.tolist()
    assert [0, 2] == made.demand.tolist()


def test_all_faults_are_raised_together():
    with pytest.raises(InputFaults) as raised:
        programme(
            {"id": ["A1"], "capacity": ["x"]}, {"id": [""], "name": ["Eve"]}, None, {"weeks": 3}
        )

    assert ["id-blank", "capacity-not-whole", "setting-unknown"] == [
        fault.code for fault in raised.value.faults
    ]


def test_notes_are_kept_with_the_programme():
    made = programme()

    assert ["columns-not-read", "requests-not-scored"] == [note.code for note in made.notes]


def test_arrays_cannot_be_changed():
    made = programme()
    for array in (made.mentors.ids, made.mentors.capacity, made.mentees.free, made.places):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[0]
    with pytest.raises(FrozenInstanceError):
        made.config = None


def test_the_frames_given_are_not_changed():
    before = {name: list(values) for name, values in MENTORS.items()}
    programme()

    assert before == MENTORS


def test_a_programme_survives_pickling():
    made = programme()

    assert made.fingerprint == pickle.loads(pickle.dumps(made)).fingerprint


def test_a_programme_says_what_it_holds():
    assert repr(programme()) == "Programme('Mentoring programme', 2 mentees, 3 mentors, 3 requests)"


def test_the_fingerprint_is_64_hexadecimal_digits():
    assert len(programme().fingerprint) == 64
    int(programme().fingerprint, 16)


@given(st.permutations(range(3)), st.permutations(range(2)), st.permutations(range(3)))
def test_the_order_of_rows_does_not_change_the_fingerprint(mentors, mentees, pairs):
    again = programme(
        shuffled(MENTORS, mentors), shuffled(MENTEES, mentees), shuffled(PAIRS, pairs)
    )

    assert programme().fingerprint == again.fingerprint


@given(st.permutations(list(MENTORS)))
def test_the_order_of_columns_does_not_change_the_fingerprint(names):
    again = programme({name: MENTORS[name] for name in names})

    assert programme().fingerprint == again.fingerprint


def test_headings_and_ways_of_writing_do_not_change_the_fingerprint():
    mentors = {**MENTORS, "places": ["2.0", "1", "3"], "hours_per_month": ["", "6.60", "5.0"]}
    del mentors["capacity"]
    mentors["remarks"] = ["", "", ""]
    config = {"columns": {"mentors": {"capacity": "places"}}}

    assert programme().fingerprint == programme(mentors, config=config).fingerprint


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("mentors", "id", ["A1", "A2", "A4"]),
        ("mentors", "capacity", ["2", "", "4"]),
        ("mentors", "hours_per_month", ["", "6.5", "5"]),
        ("mentors", "skills", ["python:5; negotiation", "R!", ""]),
        ("mentors", "skills", ["python:4; negotiation", "R", ""]),
        ("mentors", "years_experience", ["12", "7", ""]),
        ("mentors", "campus", ["Bern", "Bern", "Rome"]),
        ("mentees", "waiting_since", ["2026-09-02", ""]),
        ("mentees", "availability", ["Mon 09:00-12:15", ""]),
        ("mentees", "manager_id", ["A2", ""]),
        ("pairs", "kind", ["declined", "require", "previous"]),
        ("pairs", "rank", ["", "", "1"]),
    ],
)
def test_any_change_of_content_changes_the_fingerprint(table, column, values):
    tables = {"mentors": MENTORS, "mentees": MENTEES, "pairs": PAIRS}
    tables[table] = {**tables[table], column: values}

    assert programme().fingerprint != programme(**tables).fingerprint


def test_a_setting_changes_the_fingerprint():
    assert programme().fingerprint != programme(config={"programme": {"seed": 1}}).fingerprint


def test_a_changed_copy_has_its_own_fingerprint_and_leaves_the_first_alone():
    made = programme()
    first = made.fingerprint
    other = made.replace(config=programme(config={"programme": {"seed": 1}}).config)

    assert first == made.fingerprint
    assert first != other.fingerprint
