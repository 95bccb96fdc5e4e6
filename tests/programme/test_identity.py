"""One person in several tables, by id in one and by e-mail in another."""

from itertools import permutations

import pytest

from cmmatch.programme.loading import load_frames

PEOPLE = {
    "id": ["P1", "P2", "P9"],
    "email": ["Ada@example.org", "eve@example.org", "zoe@example.org"],
    "manager_id": ["P9", "P1", ""],
    "team": ["Red", "Blue", "Red"],
}


def read(mentors, mentees, **more):
    loaded = load_frames(mentors, mentees, **more)
    return loaded.programme, [each.code for each in loaded.faults]


def test_a_survey_by_email_takes_its_ids_teams_and_lines_from_the_directory():
    mentors = {"email": ["ada@example.org"], "skills": ["python:4"]}
    mentees = {"email": ["EVE@example.org"], "skills_wanted": ["python:3"]}
    made, found = read(mentors, mentees, people=PEOPLE)

    assert [] == found
    assert (["P1"], ["P2"]) == (made.mentors.ids.tolist(), made.mentees.ids.tolist())
    assert (["Red"], ["Blue"]) == (made.mentors.team.tolist(), made.mentees.team.tolist())
    assert ["P1"] == made.mentees.manager_id.tolist()
    assert ("P1", "P9") == made.lines.above("P2", 9)


def test_requests_by_email_find_people_whose_id_stands_elsewhere():
    pairs = {
        "mentee_id": ["Eve@example.org"],
        "mentor_id": ["P1"],
        "kind": ["forbid"],
    }
    mentors, mentees = {"email": ["ada@example.org"]}, {"email": ["eve@example.org"]}
    made, found = read(mentors, mentees, people=PEOPLE, pairs=pairs)

    assert [] == found
    assert (0, 0) == (made.requests.mentee[0], made.requests.mentor[0])


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_directory_does_not_matter(order):
    people = {name: [column[k] for k in order] for name, column in PEOPLE.items()}
    made, _ = read({"email": ["ada@example.org"]}, {"email": ["eve@example.org"]}, people=people)

    assert (["P1"], ["P2"]) == (made.mentors.ids.tolist(), made.mentees.ids.tolist())


def test_the_other_side_may_be_the_table_that_has_the_ids():
    mentors = {"id": ["P1"], "email": ["ada@example.org"]}
    made, found = read(mentors, {"email": ["ADA@example.org"]})

    assert [] == found
    assert ["P1"] == made.mentees.ids.tolist()


def test_a_blank_id_beside_an_email_is_filled_from_the_directory():
    mentors = {"id": ["A1", ""], "email": ["x@example.org", "ada@example.org"]}
    made, found = read(mentors, {"id": ["E1"]}, people=PEOPLE)

    assert [] == found
    assert ["A1", "P1"] == made.mentors.ids.tolist()


def test_a_blank_id_whose_email_nobody_else_has_stays_a_fault():
    mentors = {"id": ["A1", ""], "email": ["x@example.org", "y@example.org"]}
    made, found = read(mentors, {"id": ["E1"]}, people=PEOPLE)

    assert ["id-blank"] == found
    assert ["A1"] == made.mentors.ids.tolist()


def test_two_emails_of_one_id_are_one_person_twice():
    mentees = {"id": ["P1"], "email": ["ada.lee@example.org"]}
    mentors = {"email": ["ada@example.org", "ada.lee@example.org"]}
    made, found = read(mentors, mentees, people=PEOPLE)

    assert ["id-twice"] == found
    assert ["P1"] == made.mentors.ids.tolist()


def test_an_email_with_two_ids_is_told_once_and_joins_nobody():
    people = {"id": ["P1"], "email": ["ada@example.org"]}
    mentees = {"id": ["P7"], "email": ["ada@example.org"]}
    loaded = load_frames({"email": ["ada@example.org"]}, mentees, people=people)
    (fault,) = loaded.faults

    assert ("email-two-ids", "people") == (fault.code, fault.table)
    assert ["ada@example.org"] == loaded.programme.mentors.ids.tolist()


def test_emails_alone_are_ids_without_a_word_where_no_table_has_ids():
    made, found = read({"email": ["Ada@example.org"]}, {"email": ["eve@example.org"]})

    assert [] == found
    assert ["ada@example.org"] == made.mentors.ids.tolist()


def test_emails_in_no_table_with_ids_are_noted():
    loaded = load_frames({"email": ["new@example.org"]}, {"id": ["E1"]}, people=PEOPLE)
    (note,) = loaded.faults

    assert "email-without-id" == note.code
    assert "1 of 1 people" in note.problem
    assert "new@example.org" in note.problem


@pytest.mark.parametrize("column", ["id", "email"])
def test_emails_in_the_column_of_ids_are_emails_too(column):
    people = {**PEOPLE, "id": ["P1", "P2", "P9"]}
    mentors = {"id": ["ADA@example.org"], column: ["ADA@example.org"]}
    made, found = read(mentors, {"id": ["P2"]}, people=people)

    assert [] == found
    assert ["P1"] == made.mentors.ids.tolist()


def test_an_id_with_an_at_sign_that_is_nobodys_email_is_kept_as_written():
    made, found = read({"id": ["Ada@Work"]}, {"id": ["P2"]}, people=PEOPLE)

    assert [] == found
    assert ["Ada@Work"] == made.mentors.ids.tolist()
