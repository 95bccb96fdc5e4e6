"""Excel workbooks: sheets, types of cells, and cells that only seem blank."""

import datetime as dt
import zipfile

import openpyxl
import pytest

from cmmatch.programme.faults import FaultList
from cmmatch.programme.tables import read_table


def save(path, *sheets):
    """Save a workbook; each sheet is a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for k, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {k}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


def read(path):
    """Read a file; return its cells by heading and the faults."""
    faults = FaultList()
    table = read_table(path, faults)
    cells = table and {heading: table.columns[heading].tolist() for heading in table.headings}
    return cells, list(faults), table


def test_cells_are_written_as_people_see_them(tmp_path):
    values = [
        ("00123", "00123"),
        ("NA", "NA"),
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (-2, "-2"),
        (True, "yes"),
        (False, "no"),
        (dt.date(2026, 12, 1), "2026-12-01"),
        (dt.datetime(2026, 12, 1, 9, 30), "2026-12-01T09:30:00"),
        (dt.time(9, 30), "09:30"),
        (dt.timedelta(hours=30, minutes=5), "30:05"),
        ("'=1+1", "=1+1"),
    ]
    save(tmp_path / "a.xlsx", [["x"], *([value] for value, _ in values)])

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert [text for _, text in values] == cells["x"]
    assert [] == faults


def test_rows_are_numbered_as_excel_does(tmp_path):
    save(tmp_path / "a.xlsx", [[], ["id", "x"], ["1", "a"], [None, None], ["2", None]])

    cells, _, table = read(tmp_path / "a.xlsx")

    assert (3, 5) == table.rows
    assert {"id": ["1", "2"], "x": ["a", ""]} == cells


def test_the_first_sheet_that_holds_something_is_read_and_named(tmp_path):
    save(tmp_path / "a.xlsx", [], [["id"], ["1"]], [["id"], ["2"]])

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["1"]} == cells
    assert [("excel-several-sheets", "Sheet 2")] == [(each.code, each.value) for each in faults]
    assert "'Sheet 3'" in faults[0].problem


def test_hidden_sheets_are_passed_by(tmp_path):
    book = save(tmp_path / "a.xlsx", [["lists"]], [["id"], ["1"]])
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "a.xlsx")

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["1"]} == cells
    assert [] == faults


def test_errors_are_faults_and_not_blanks(tmp_path):
    save(tmp_path / "a.xlsx", [["id", "x"], ["1", "#N/A"], ["2", "#DIV/0!"], [None, "#REF!"]])

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert [
        ("cell-error", 2, "x", "#N/A"),
        ("cell-error", 3, "x", "#DIV/0!"),
        ("cell-error", 4, "x", "#REF!"),
    ] == [(each.code, each.row, each.column, each.value) for each in faults]
    assert {"id": ["1", "2", ""], "x": ["", "", ""]} == cells


def test_a_formula_that_was_never_calculated_is_a_fault(tmp_path):
    # openpyxl writes formulas without values, as other generators of workbooks do.
    save(tmp_path / "a.xlsx", [["id", "x"], ["1", "=1+1"]])

    _, faults, _ = read(tmp_path / "a.xlsx")

    assert [("formula-not-calculated", 2, "x")] == [(e.code, e.row, e.column) for e in faults]


SHEET = "xl/worksheets/sheet1.xml"


def with_cells(path, rows):
    """Save a workbook whose sheet data are given as XML."""
    save(path, [["id"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head, tail = parts[SHEET].split(b"<sheetData>")
    parts[SHEET] = head + b"<sheetData>" + rows.encode() + tail[tail.index(b"</sheetData>") :]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


HEADING = '<row><c t="inlineStr"><is><t>id</t></is></c><c t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><f>A1*2</f><v>4</v></c>", "4"),
        ('<c t="str"><f>""</f><v></v></c>', ""),
        ('<c t="str"><f>A1</f><v>four</v></c>', "four"),
    ],
)
def test_a_calculated_formula_is_its_value(tmp_path, cell, text):
    with_cells(tmp_path / "a.xlsx", f"{HEADING}<row><c><v>7</v></c>{cell}</row>")

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["7"], "x": [text]} == cells
    assert [] == faults


def test_digits_that_excel_does_not_show_are_left_out(tmp_path):
    row = "<row><c><v>7</v></c><c><v>0.30000000000000004</v></c></row>"
    with_cells(tmp_path / "a.xlsx", HEADING + row)

    cells, _, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["7"], "x": ["0.3"]} == cells


def test_errors_are_found_in_cells_without_references(tmp_path):
    row = '<row><c><v>7</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    with_cells(tmp_path / "a.xlsx", HEADING + row)

    _, faults, _ = read(tmp_path / "a.xlsx")

    assert [("cell-error", 2, "x", "#DIV/0!")] == [
        (each.code, each.row, each.column, each.value) for each in faults
    ]


def test_a_number_with_more_digits_than_excel_keeps_is_a_fault(tmp_path):
    save(tmp_path / "a.xlsx", [["id", "x"], [999_999_999_999_999], [1_234_567_890_123_456, "a"]])

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["999999999999999", ""], "x": ["", "a"]} == cells
    assert [("number-too-long", 3, "id")] == [(e.code, e.row, e.column) for e in faults]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_a_broken_workbook_is_a_fault(tmp_path, data):
    (tmp_path / "a.xlsx").write_bytes(data)

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert cells is None
    assert ["excel-unreadable"] == [each.code for each in faults]


def test_an_empty_workbook_is_a_fault(tmp_path):
    save(tmp_path / "a.xlsx", [], [])

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert cells is None
    assert ["file-empty"] == [each.code for each in faults]


@pytest.mark.parametrize("stray", ["XFD1048576", "XFD20000", "A1048576"])
def test_a_cell_far_away_is_named_before_room_is_made_for_it(tmp_path, stray):
    book = openpyxl.Workbook()
    book.active.append(["id", "capacity"])
    book.active.append(["A1", 2])
    book.active[stray] = "x"
    book.active["XFC2"] = "y"
    book.save(tmp_path / "a.xlsx")

    cells, (fault,), _ = read(tmp_path / "a.xlsx")

    assert cells is None
    assert "excel-stray-cell" == fault.code
    assert stray in fault.value.split(" and ")
    assert "6 hold something" in fault.problem


def test_a_cell_far_away_in_a_sheet_that_is_not_read_does_no_harm(tmp_path):
    book = save(tmp_path / "a.xlsx", [["id"], ["A1"]], [["other"]])
    book["Sheet 2"]["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["A1"]} == cells
    assert ["excel-several-sheets"] == [each.code for each in faults]


def test_a_formatted_cell_far_away_holds_nothing(tmp_path):
    book = save(tmp_path / "a.xlsx", [["id"], ["A1"]])
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["A1"]} == cells
    assert [] == faults


def test_a_note_a_few_columns_away_is_a_column_without_a_heading(tmp_path):
    save(tmp_path / "a.xlsx", [["id"], ["A1"], [None] * 40 + ["remember"]])

    _, faults, _ = read(tmp_path / "a.xlsx")

    assert ["heading-blank"] == [each.code for each in faults]


def test_a_first_sheet_of_blanks_is_passed_by(tmp_path):
    save(tmp_path / "a.xlsx", [["'", " "]], [["id"], ["A1"]])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book.active["A1"], book.active["B1"] = "", ""
    book.save(tmp_path / "a.xlsx")

    cells, faults, _ = read(tmp_path / "a.xlsx")

    assert {"id": ["A1"]} == cells
    assert [] == faults
