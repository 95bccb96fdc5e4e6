"""Who asks for a mentor like himself, in which columns, and which mentors agree."""

import pytest

from cmmatch.programme.loading import load_frames

OFFERED = {"privacy": {"protected": ["gender"]}, "identity": {"columns": ["gender"]}}


def read(requests=("",), openness=("",), config=OFFERED):
    """One mentee a request and one mentor an answer, everybody with a gender."""
    mentors = {
        "id": [f"o{k}" for k in range(len(openness))],
        "Gender": ["f"] * len(openness),
        "consent_identity": list(openness),
    }
    mentees = {
        "id": [f"e{k}" for k in range(len(requests))],
        "gender": ["m"] * len(requests),
        "wants_mentor_like_me": list(requests),
    }
    return load_frames(mentors, mentees, config=config)


def asked(loaded):
    terms = loaded.programme.mentees.wants_mentor_like_me
    return [terms.of(k) for k in range(len(terms))]


def test_a_request_names_columns_in_any_spelling_and_a_blank_asks_for_nothing():
    loaded = read(["GENDER ", "", "gender; Gender"])

    assert not list(loaded.faults)
    assert [("gender",), (), ("gender",)] == asked(loaded)


def test_without_the_columns_nobody_asks_and_nobody_agrees():
    loaded = load_frames({"id": ["o"]}, {"id": ["e"]})

    assert [()] == asked(loaded)
    assert [False] == loaded.programme.mentors.consent_identity.tolist()


def test_a_mentor_agrees_by_a_yes_alone():
    mentors = read(openness=["yes", "no", ""]).programme.mentors

    assert [True, False, False] == mentors.consent_identity.tolist()


def test_all_requests_for_what_is_not_offered_are_reported_by_row_at_once():
    loaded = read(["religion", "gender", "gender; age", ""], openness=["perhaps"])

    assert [
        ("mentees", 0, "wants_mentor_like_me", "religion", "identity-request-unknown"),
        ("mentees", 2, "wants_mentor_like_me", "gender; age", "identity-request-unknown"),
        ("mentors", 0, "consent_identity", "perhaps", "identity-consent-not-yes-or-no"),
    ] == [(each.table, each.row, each.column, each.value, each.code) for each in loaded.faults]


def test_where_nothing_is_offered_every_request_is_a_fault():
    config = {"privacy": {"protected": ["gender"]}}

    assert ["identity-request-unknown"] == [
        each.code for each in read(["gender"], config=config).faults
    ]


@pytest.mark.parametrize("column", ["campus", "department", "gender"])
def test_what_is_offered_must_be_a_column_of_both_tables_that_cmmatch_does_not_read(column):
    mentors = {"id": ["o"], "department": ["HR"], "gender": ["f"], "Gender ": ["f"]}
    mentees = {"id": ["e"], "department": ["HR"], "gender": ["f"]}
    config = {"privacy": {"protected": ["gender"]}, "identity": {"columns": [column]}}
    found = {each.table for each in load_frames(mentors, mentees, config=config).faults.faults
             if each.code == "identity-column-missing"}  # fmt: skip

    assert found == ({"mentors"} if column == "gender" else {"mentors", "mentees"})


def test_a_protected_column_may_be_offered_and_is_used_nowhere_else():
    loaded = read(["gender"], config={**OFFERED, "eligibility": {"same": ["gender"]}})

    assert [("eligibility.same", "protected-column")] == [
        (each.column, each.code) for each in loaded.faults.faults
    ]


@pytest.mark.parametrize("column", ["wants_mentor_like_me", "consent_identity"])
def test_requests_and_agreements_can_be_shown_by_no_report_and_compared_by_no_rule(column):
    config = {**OFFERED, "report": {"columns": [column]}, "eligibility": {"same": [column]}}

    assert [("eligibility.same", "column-unknown"), ("report.columns", "column-unknown")] == [
        (each.column, each.code) for each in read(config=config).faults.faults
    ]


def test_a_request_and_an_agreement_are_part_of_the_content():
    prints = {
        read([request], [answer]).programme.fingerprint
        for request in ("", "gender")
        for answer in ("", "yes")
    }

    assert 4 == len(prints)
