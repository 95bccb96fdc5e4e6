"""A title above the headings is told, once, and the table is read below it."""

import openpyxl
import pandas as pd
import pytest

from cmmatch.programme.faults import FaultList
from cmmatch.programme.tables import from_frame, read_table


def read(path):
    faults = FaultList()
    return read_table(path, faults), [(each.code, each.row) for each in faults]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("filled", [True, False])
def test_a_title_above_the_headings_is_told_with_the_row_of_the_headings(
    tmp_path, delimiter, filled
):
    title = "Mentors 2026" + (delimiter * 2 if filled else "")
    rows = [
        title,
        "",
        delimiter.join(["id", "Skills", "Canteen"]),
        delimiter.join(["A1", "R", "x"]),
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    table, found = read(tmp_path / "a.csv")

    assert [("heading-not-first", 3)] == found
    assert ("id", "Skills", "Canteen") == table.headings
    assert (["A1"], (4,)) == (table.columns["id"].tolist(), table.rows)


def test_a_title_in_a_workbook_is_told(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Mentors 2026"], [], ["Employee ID", "Capacity"], ["00123", 2]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    table, found = read(tmp_path / "a.xlsx")

    assert [("heading-not-first", 3)] == found
    assert ["00123"] == table.columns["Employee ID"].tolist()


def test_a_title_in_a_data_frame_is_told():
    faults = FaultList()
    frame = pd.DataFrame([["id", "capacity"], ["A1", "2"]], columns=["Mentors", "Unnamed: 1"])
    table = from_frame(frame, "mentors", faults)

    assert [("heading-not-first", 0)] == [(each.code, each.row) for each in faults]
    assert ["2"] == table.columns["capacity"].tolist()


@pytest.mark.parametrize(
    "text", ["id\nA1\n", "skill,x\nskills,goals\n", "anything\nskills\ngoals\n", "a,b\nid,name\n"]
)
def test_a_first_row_of_headings_is_no_title(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")

    assert [] == read(tmp_path / "a.csv")[1]
