"""Survey exports with three heading rows become plain tables."""

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cmmatch.programme.faults import FaultList
from cmmatch.programme.headings import match_headings
from cmmatch.programme.tables import from_frame, read_table

SURVEY = Path(__file__).parents[1] / "data" / "tables" / "survey.csv"


def survey(**changed):
    """Read the survey file as a frame, with some columns changed in every response."""
    frame = pd.read_csv(SURVEY, dtype=str, keep_default_na=False)
    for name, value in changed.items():
        frame.loc[2:, name] = value
    return frame


def frame_table(frame):
    """Read a frame of mentors; return the table and all faults and notes."""
    faults = FaultList()
    return from_frame(frame, "mentors", faults), faults


def matched(frame, **renames):
    """Return which heading each column of mentors has, and the codes of all faults and notes."""
    table, _ = frame_table(frame)
    faults = FaultList()
    return match_headings(table, "mentors", renames, faults), [each.code for each in faults]


def test_the_first_row_names_the_columns_and_the_fourth_is_the_first_response():
    faults = FaultList()
    table = read_table(SURVEY, faults)

    assert ("StartDate", "Q3") == (table.headings[0], table.headings[-1])
    assert ["python; sql", "law|||tax", "design"] == table.columns["Q1"].tolist()
    assert (5, 6, 8) == table.rows
    assert "How many people\ncould you take on?" == table.questions["Q2"]


def test_previews_and_tests_are_counted_in_a_note():
    faults = FaultList()
    read_table(SURVEY, faults)

    assert [("survey-trials", "2"), ("survey-unfinished", "1")] == sorted(
        (each.code, each.value) for each in faults
    )
    assert () == faults.faults
    assert "rows 4, 7" in next(e for e in faults if e.code == "survey-trials").problem


def test_a_workbook_and_a_frame_of_the_export_give_the_same_responses(tmp_path):
    with SURVEY.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "survey.xlsx")
    plain = read_table(SURVEY, FaultList())

    excel = read_table(tmp_path / "survey.xlsx", FaultList())
    frame, _ = frame_table(survey())

    for table in (excel, frame):
        assert plain.headings == table.headings
        assert plain.questions == table.questions
        assert plain.metadata == table.metadata
        assert [c.tolist() for c in plain.columns.values()] == [
            c.tolist() for c in table.columns.values()
        ]
    assert plain.rows == excel.rows
    assert (3, 4, 6) == frame.rows


@pytest.mark.parametrize("status", ["1", "2", "9", "17", "Survey Preview", "Survey Test"])
def test_trials_are_known_by_their_status(status):
    table, _ = frame_table(survey(Status=status, DistributionChannel="email"))

    assert len(table) == 0


@pytest.mark.parametrize("status", ["0", "4", "16", "IP Address", "Imported", "Spam", "Latest"])
def test_other_statuses_are_kept(status):
    table, _ = frame_table(survey(Status=status, DistributionChannel="anonymous"))

    assert len(table) == 5


def test_trials_are_known_by_their_channel():
    table, _ = frame_table(survey(Status="IP Address", DistributionChannel="preview"))

    assert len(table) == 0


def test_a_word_that_says_test_in_an_ordinary_table_is_no_trial():
    table, faults = frame_table({"id": ["1"], "Status": ["test"], "DistributionChannel": ["test"]})

    assert len(table) == 1
    assert [] == list(faults)


def test_without_the_row_of_import_ids_the_questions_are_still_no_response():
    table, _ = frame_table(survey().drop(index=1))

    assert ["python; sql", "law|||tax", "design"] == table.columns["Q1"].tolist()
    assert "Which skills could you teach?" == table.questions["Q1"]


def test_without_further_heading_rows_it_is_still_a_survey():
    table, _ = frame_table(survey().drop(index=[0, 1]))

    assert ["python; sql", "law|||tax", "design"] == table.columns["Q1"].tolist()
    assert {} == table.questions
    assert "Status" in table.metadata


def test_what_the_survey_tool_wrote_is_not_taken_for_answers():
    found, codes = matched(survey())

    assert {"id": "ExternalReference", "email": "RecipientEmail"} == found
    assert [] == codes


def test_renames_may_quote_the_question():
    found, codes = matched(
        survey(),
        skills="Which skills could you teach?",
        capacity=" How many people could you  take on?",
        timezone="Q3",
    )

    assert ("Q1", "Q2", "Q3") == (found["skills"], found["capacity"], found["timezone"])
    assert [] == codes


def test_renames_may_name_what_the_survey_tool_wrote():
    found, _ = matched(survey(), waiting_since="RecordedDate", first_name="RecipientFirstName")

    assert ("RecordedDate", "RecipientFirstName") == (found["waiting_since"], found["first_name"])


def test_a_question_over_several_columns_is_unclear():
    frame = survey()
    frame.loc[0, "Q3"] = frame.loc[0, "Q1"]

    _, codes = matched(frame, skills="Which skills could you teach?")

    assert ["rename-unclear"] == codes


def test_a_question_that_was_not_asked_is_a_fault():
    _, codes = matched(survey(), skills="Which skills could you teach")

    assert ["rename-heading-missing"] == codes


def test_an_id_or_address_that_was_asked_comes_before_that_of_the_recipient():
    frame = survey()
    frame["Employee ID"] = ["Employee ID?", '{"ImportId":"QID4"}', *"12345"]
    frame["Email"] = ["Your e-mail?", '{"ImportId":"QID5"}', *"abcde"]

    found, codes = matched(frame)

    assert {"id": "Employee ID", "email": "Email"} == found
    assert [] == codes


def test_blank_references_are_no_ids():
    found, codes = matched(survey(ExternalReference=""))

    assert {"email": "RecipientEmail"} == found
    assert [] == codes


def test_an_anonymous_survey_lacks_an_id():
    found, codes = matched(survey(ExternalReference="", RecipientEmail=""))

    assert {} == found
    assert ["column-missing"] == codes


def test_an_ordinary_table_may_have_a_column_of_the_same_name():
    found, codes = matched({"id": ["1"], "Status": ["active"], "Progress": ["10"]})

    assert {"id": "id", "status": "Status"} == found
    assert [] == codes
