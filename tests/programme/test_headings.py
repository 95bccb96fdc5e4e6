"""Which heading stands for which column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.programme.faults import FaultList
from cmmatch.programme.headings import match_headings, plain_heading
from cmmatch.programme.schema import TABLES, columns_of
from cmmatch.programme.tables import from_frame


def match(headings, kind="mentors", *, extra=(), **renames):
    """Match the headings of a table with one row; return what was found and (code, column)."""
    faults = FaultList()
    table = from_frame({heading: ["x"] for heading in headings}, kind, faults)
    found = match_headings(table, kind, renames, faults, extra_names=extra)
    return found, [(each.code, each.column) for each in faults]


@pytest.mark.parametrize(
    "heading",
    ["hours_per_month", "Hours per month", "hours-per-month", "hoursPerMonth", "HOURS PER MONTH",
     "HoursPerMonth", "hours_per_month (required)", "Hours per month (Optional)", "hours/per.month",
     "Hours per month *", "Hours\nper\u00a0month:"],
)  # fmt: skip
def test_a_name_is_known_however_it_is_written(heading):
    found, faults = match(["id", heading])

    assert heading == found["hours_per_month"]
    assert [] == faults


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        # A directory of employees as one vendor wants it.
        ("mentees", {"id": "employeeId", "manager_id": "supervisorId", "first_name": "firstName",
                     "last_name": "lastName", "email": "email", "status": "employeeStatusCode",
                     "department": "departmentName"}),
        ("mentees", {"first_name": "first_name (required)", "email": "email (required)",
                     "grade": "Management level", "department": "Business unit",
                     "manager_id": "Manager e-mail", "location": "City", "status": "Status"}),
        ("mentors", {"id": "Participant ID", "meeting_mode": "Preferred meeting type",
                     "capacity": "Maximum mentees", "skills": "Offer categories"}),
        ("mentees", {"id": "Participant ID", "skills_wanted": "Need categories"}),
        ("mentors", {"id": "Employee ID", "manager_id": "Manager", "capacity": "Max mentees",
                     "timezone": "Time zone", "grade": "Job level"}),
        ("mentors", {"id": "Mentor ID", "name": "Mentor Name", "email": "Coach e-mail",
                     "capacity": "Mentor capacity"}),
        ("pairs", {"mentor_id": "Mentor Email Address", "mentee_id": "Mentee Email Address",
                   "kind": "Type"}),
        ("pairs", {"mentor_id": "Coach", "mentee_id": "Coachee", "kind": "Request type"}),
        ("events", {"date": "Event date", "mentor_id": "Mentor", "mentee_id": "Mentee",
                    "kind": "Event", "value": "Score"}),
        ("people", {"id": "Staff ID", "manager_id": "Reports to", "department": "Dept"}),
    ],
)  # fmt: skip
def test_headings_of_everyday_and_of_vendors_are_known(kind, headings):
    found, faults = match(list(headings.values()), kind)

    assert headings == found
    assert [] == faults


@pytest.mark.parametrize(
    "heading",
    ["departmentId", "jobTitle", "People manager", "Mentor type", "dateInJob", "Country"],
)
def test_headings_that_mean_something_else_are_left(heading):
    found, _ = match(["id", heading], "mentees")

    assert {"id": "id"} == found


def test_the_word_for_the_other_side_is_not_dropped():
    found, faults = match(["id", "Mentor ID", "Mentor email"], "mentees")

    assert {"id": "id"} == found
    assert [] == faults


def test_a_rename_wins_over_a_name():
    found, faults = match(["id", "Capacity", "Places next year"], capacity="Places next year")

    assert {"id": "id", "capacity": "Places next year"} == found
    assert [] == faults


def test_a_renamed_heading_is_not_taken_twice():
    found, faults = match(["id", "skills"], "mentees", skills_wanted="skills")

    assert {"id": "id", "skills_wanted": "skills"} == found
    assert [] == faults


def test_one_heading_may_be_renamed_to_two_columns():
    found, faults = match(["Mail"], id="Mail", email="Mail")

    assert {"id": "Mail", "email": "Mail"} == found
    assert [] == faults


def test_an_empty_rename_says_that_there_is_no_such_column():
    found, faults = match(["id", "Status"], status="")

    assert {"id": "id"} == found
    assert [] == faults


def test_a_name_wins_over_another_name_with_a_note():
    found, faults = match(["id", "Department", "Business unit"])

    assert {"id": "id", "department": "Department"} == found
    assert [("heading-outranked", "Business unit")] == faults


@pytest.mark.parametrize("headings", [["id", "ID"], ["Staff ID", "Employee number"]])
def test_two_headings_of_one_rank_for_one_column_are_a_fault(headings):
    _, faults = match(headings)

    assert [("column-twice", headings[1])] == faults


def test_a_rename_decides_between_two_headings():
    found, faults = match(["Staff ID", "Employee number"], id="Employee number")

    assert {"id": "Employee number"} == found
    assert [] == faults


def test_a_rename_of_an_absent_heading_is_a_fault_with_near_spellings():
    faults = FaultList()
    table = from_frame({"id": ["1"], "Max. places": ["2"]}, "mentors", faults)

    match_headings(table, "mentors", {"capacity": "Max places"}, faults, "ours.toml")

    assert [("rename-heading-missing", "ours.toml", "columns.mentors.capacity", "Max places")] == [
        (each.code, each.table, each.column, each.value) for each in faults
    ]
    assert "Did you mean 'Max. places'?" in faults.faults[0].remedy


def test_a_rename_of_an_unknown_column_is_a_fault_with_near_spellings():
    faults = FaultList()
    table = from_frame({"id": ["1"], "Q1": ["2"]}, "mentors", faults)

    match_headings(table, "mentors", {"capasity": "Q1"}, faults)

    assert [("rename-unknown-column", "columns.mentors.capasity")] == [
        (each.code, each.column) for each in faults
    ]
    assert "Did you mean 'capacity'?" in faults.faults[0].remedy


def test_a_column_of_another_table_is_unknown_here():
    _, faults = match(["id", "Q1"], "mentors", skills_wanted="Q1")

    assert [("rename-unknown-column", "columns.mentors.skills_wanted")] == faults


def test_extra_names_are_found_by_name_and_by_rename():
    found, faults = match(["id", "A1", "a2", "Q7"], extra=["A1", "A2", "A3", "A4"], A3="Q7")

    assert {"id": "id", "A1": "A1", "A2": "a2", "A3": "Q7"} == found
    assert [] == faults


def test_an_extra_name_written_exactly_wins():
    found, faults = match(["id", "a1", "A1"], extra=["A1"])

    assert {"id": "id", "A1": "A1"} == found
    assert [] == faults


def test_every_missing_column_is_reported():
    _, faults = match(["reason"], "pairs")

    assert [("column-missing", "mentee_id"), ("column-missing", "mentor_id")] == faults


def test_a_missing_column_names_headings_that_are_spelt_nearly_so():
    faults = FaultList()
    table = from_frame({"Emplyee ID": ["1"]}, "mentors", faults)

    match_headings(table, "mentors", {}, faults)

    assert ["column-missing"] == [each.code for each in faults]
    assert "Did you mean 'Emplyee ID'?" in faults.faults[0].remedy


def test_an_email_excuses_a_missing_id():
    found, faults = match(["E-mail", "Capacity"])

    assert {"email": "E-mail", "capacity": "Capacity"} == found
    assert [] == faults


def test_a_missing_column_whose_rename_failed_is_reported_once():
    _, faults = match(["number"], id="Number!")

    assert [("rename-heading-missing", "columns.mentors.id")] == faults


def test_a_required_column_cannot_be_renamed_away():
    _, faults = match(["id"], id="")

    assert [("column-missing", "id")] == faults


def test_columns_come_in_the_order_of_the_schema_whatever_the_order_in_the_file():
    headings = ["capacity", "Z9", "email", "id", "B1"]

    found, _ = match(headings, extra=["Z9", "B1"])
    back, _ = match(headings[::-1], extra=["B1", "Z9"])

    assert ["id", "email", "capacity", "B1", "Z9"] == list(found) == list(back)


@given(st.text(max_size=20))
def test_a_plain_heading_is_its_own_plain_heading(text):
    assert plain_heading(text) == plain_heading(plain_heading(text))


@pytest.mark.parametrize("kind", TABLES)
def test_every_name_and_alias_of_the_schema_finds_its_column(kind):
    for column in columns_of(kind):
        for spelling in (column.name, *column.aliases):
            found, _ = match([spelling], kind)

            assert {column.name: spelling} == found
