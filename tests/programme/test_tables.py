"""Files and frames become the same columns of text, or all their faults."""

import csv
import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cmmatch.programme.faults import FaultList
from cmmatch.programme.tables import ERRORS, from_frame, protect, read_table, unprotect

FILES = Path(__file__).parents[1] / "data" / "tables"

# Signs that files trip over: quotes, delimiters, line ends, apostrophes, formula signs, letters.
SIGNS = "\"'=+-@\t\n,;|# aZ0é漢"
# What is written next to what, to be read back as it was.
CELLS = st.text(st.sampled_from(SIGNS), max_size=8) | st.sampled_from(
    ["00123", "NA", "None", "1E5", "nan", "TRUE", "2026-12-01", "-5", "'", "''=x", "", "\tx"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def contents(table):
    """Return what a table holds, without its name and rows."""
    return {heading: table.columns[heading].tolist() for heading in table.headings}


def read(tmp_path, data, name="people.csv"):
    """Read bytes or a text as a file; return the table and the faults."""
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    faults = FaultList()
    return read_table(path, faults), list(faults)


def as_csv(rows, delimiter=",", newline="\r\n"):
    """Write rows as our exporter and Excel do: quotes only where needed, formulas protected."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=newline)
    writer.writerows([protect(cell) for cell in row] for row in rows)
    return stream.getvalue()


def as_excel(rows):
    """Write rows as text cells of a workbook."""
    book = openpyxl.Workbook()
    for i, row in enumerate(rows, start=1):
        for j, text in enumerate(row, start=1):
            if text:
                cell = book.active.cell(i, j, protect(text))
                cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("code", "row", "column", "value"),
    [
        ("encoding-not-utf8", 3, "", 'lines",Köln'),
        ("nul-byte", 3, "", ""),
        ("file-empty", None, "", ""),
        ("heading-missing", None, "", ""),
        ("heading-twice", None, "name", ""),
        ("heading-blank", 3, "B", "odd"),
        ("row-too-long", 3, "", "Bo"),
        ("quote-unclosed", 3, "", ""),
        ("quote-misplaced", 3, "", ""),
        ("delimiter-unclear", None, "", ""),
        ("cell-error", 4, "grade", "#N/A"),
    ],
)
def test_each_broken_file_has_the_one_fault_of_its_name(code, row, column, value):
    faults = FaultList()

    read_table(FILES / f"{code}.csv", faults)

    assert [(code, row, column, value)] == [
        (each.code, each.row, each.column, each.value) for each in faults.faults
    ]
    assert () == faults.notes


def test_a_fault_of_one_cell_leaves_the_rest_to_be_checked():
    table = read_table(FILES / "cell-error.csv", FaultList())

    assert {"id": ["1", "2"], "grade": ["L4", ""]} == contents(table)
    assert (2, 4) == table.rows


def test_a_fault_of_the_whole_file_leaves_no_table():
    codes = ["encoding-not-utf8", "quote-unclosed", "file-empty"]

    assert [None] * 3 == [read_table(FILES / f"{code}.csv", FaultList()) for code in codes]


@pytest.mark.parametrize(
    ("code", "left", "dropped"),
    [("heading-twice", ["id", "team"], ("name",)), ("heading-blank", ["id", "capacity"], ())],
)
def test_a_fault_of_a_heading_leaves_the_other_columns(code, left, dropped):
    table = read_table(FILES / f"{code}.csv", FaultList())

    assert left == list(table.headings)
    assert dropped == table.dropped


def test_all_long_rows_are_reported_at_once(tmp_path):
    table, faults = read(tmp_path, "id,name\n1,a,b\n2,c\n3,d,,e\n")

    assert [("row-too-long", 2, "b"), ("row-too-long", 4, "e")] == [
        (each.code, each.row, each.value) for each in faults
    ]
    assert {"id": ["1", "2", "3"], "name": ["a", "c", "d"]} == contents(table)


def test_a_missing_file_names_files_that_are_spelt_nearly_so(tmp_path):
    (tmp_path / "mentors.csv").write_text("id\n1\n", encoding="utf-8")
    faults = FaultList()

    assert read_table(tmp_path / "mentor.csv", faults) is None
    assert ["file-missing"] == [each.code for each in faults]
    assert "Did you mean 'mentors.csv'?" in faults.faults[0].remedy


def test_a_missing_file_in_a_missing_folder_is_a_fault(tmp_path):
    faults = FaultList()

    assert read_table(tmp_path / "no" / "mentors.csv", faults) is None
    assert ["file-missing"] == [each.code for each in faults]


def test_a_folder_in_place_of_a_file_is_a_fault(tmp_path):
    (tmp_path / "mentors.csv").mkdir()
    faults = FaultList()

    assert read_table(tmp_path / "mentors.csv", faults) is None
    assert ["file-unreadable"] == [each.code for each in faults]


@pytest.mark.parametrize("name", ["people.xls", "people.ods", "people.pdf", "people"])
def test_an_unknown_kind_of_file_is_a_fault(tmp_path, name):
    table, faults = read(tmp_path, "id\n1\n", name)

    assert table is None
    assert ["file-kind-unknown"] == [each.code for each in faults]


def test_texts_that_look_like_something_else_stay(tmp_path):
    table, faults = read(tmp_path, "id,region\n00123,NA\n1E5,None\nnan,#1\n")

    assert {"id": ["00123", "1E5", "nan"], "region": ["NA", "None", "#1"]} == contents(table)
    assert [] == faults


def test_blank_rows_count_and_are_left_out(tmp_path):
    table, _ = read(tmp_path, 'id,name\n\n1,Ann\n,\n" ","\t"\n2,Bo\n\n')

    assert (3, 6) == table.rows
    assert ["1", "2"] == table.columns["id"].tolist()


def test_a_heading_below_blank_rows_is_found(tmp_path):
    table, _ = read(tmp_path, "\n,\nid,name\n1,Ann\n")

    assert ("id", "name") == table.headings
    assert (4,) == table.rows


def test_short_rows_are_filled_up_with_blanks(tmp_path):
    table, faults = read(tmp_path, "id,name,team\n1\n2,Bo\n")

    assert {"id": ["1", "2"], "name": ["", "Bo"], "team": ["", ""]} == contents(table)
    assert [] == faults


def test_a_blank_column_without_heading_is_left_out(tmp_path):
    table, faults = read(tmp_path, "id,,name,\n1,,Ann,\n2, ,Bo,,\n")

    assert ("id", "name") == table.headings
    assert [] == faults


def test_a_table_may_have_headings_only(tmp_path):
    table, faults = read(tmp_path, "id,name\n")

    assert {"id": [], "name": []} == contents(table)
    assert len(table) == 0
    assert [] == faults


def test_white_space_around_cells_and_headings_goes(tmp_path):
    table, _ = read(tmp_path, " id ,name\n 1\t,\u00a0Ann  Lee \n")

    assert {"id": ["1"], "name": ["Ann  Lee"]} == contents(table)


def test_columns_cannot_be_changed(tmp_path):
    table, _ = read(tmp_path, "id\n1\n")

    with pytest.raises(ValueError, match="read-only"):
        table.columns["id"][0] = "2"


@given(TEXTS)
def test_unprotect_undoes_protect(text):
    assert text == unprotect(protect(text))


@given(TEXTS | CELLS)
def test_protect_undoes_unprotect_wherever_it_took_something(text):
    bare = unprotect(text)

    assert bare == text or protect(bare) == text


@given(TEXTS | CELLS)
def test_no_protected_text_is_run(text):
    assert not protect(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(CELLS)
def test_a_cell_that_was_read_is_read_alike_when_it_is_exported_again(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("again")
    first, _ = read(folder, as_csv([["id", "x"], ["1", text]]))
    cells = [["id", "x"], ["1", first.columns["x"][0]]]

    again, _ = read(folder, as_csv(cells))

    assert contents(first) == contents(again)


def test_a_tab_behind_a_protecting_apostrophe_is_part_of_the_text(tmp_path):
    table, _ = read(tmp_path, 'id,x\n1,"\'\tspaced"\n2,"\t\'=1+1 "\n')

    assert ["\tspaced", "=1+1"] == table.columns["x"].tolist()


def test_only_one_apostrophe_goes_and_only_before_formula_signs(tmp_path):
    table, _ = read(tmp_path, "id,x\n1,'=1\n2,''=1\n3,'Ann'\n4,=1\n5,'\n")

    assert ["=1", "'=1", "'Ann'", "=1", "'"] == table.columns["x"].tolist()


def test_headings_are_unprotected_as_cells_are(tmp_path):
    table, _ = read(tmp_path, "id,'+1 wishes\n1,x\n")

    assert ("id", "+1 wishes") == table.headings


def test_an_apostrophe_in_a_frame_stays():
    table = from_frame({"id": ["'=1"]}, "people", FaultList())

    assert ["'=1"] == table.columns["id"].tolist()


@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
@settings(deadline=None, max_examples=60)
def test_the_same_data_in_any_dress_give_the_same_table(tmp_path_factory, cells):
    # A frame is not stripped of apostrophes and a file is, so both are given what they stand for.
    folder = tmp_path_factory.mktemp("dress")
    rows = [[f"id{k}", *pair] for k, pair in enumerate(cells)]
    assume(not any(text.strip() in ERRORS for row in rows for text in row))
    rows = [[text.strip() for text in row] for row in rows]
    grid = [["id", "skills; held", 'the "why", in words'], *rows]
    columns = dict(
        zip(grid[0], map(list, zip(*rows, strict=True)) if rows else [[], [], []], strict=True)
    )
    expected = columns
    files = {
        "comma.csv": as_csv(grid).encode("utf-8"),
        "semicolon.csv": as_csv(grid, ";", "\n").encode("utf-8"),
        "tab.tsv": as_csv(grid, "\t", "\n").encode("utf-8"),
        "bar.txt": as_csv(grid, "|").encode("utf-8"),
        "mark.csv": as_csv(grid).encode("utf-8-sig"),
        "wide.txt": as_csv(grid, "\t").encode("utf-16"),
        "book.xlsx": as_excel(grid),
    }
    faults = FaultList()
    tables = [read(folder, data, name)[0] for name, data in files.items()]
    frames = [columns, pd.DataFrame(columns, dtype=str), pd.DataFrame(columns, dtype=object)]
    frames.append(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)))
    tables += [from_frame(frame, "people", faults) for frame in frames]

    assert [] == list(faults)
    for table in tables:
        assert expected == contents(table)
        assert len(cells) == len(table)


def test_typed_values_give_the_same_table_as_the_texts_that_people_see(tmp_path):
    day, moment = pd.Timestamp("2026-12-01"), pd.Timestamp("2026-12-01 09:30")
    typed = {
        "id": ["00123", "NA", "1E5"],
        "capacity": [2.0, None, 3.0],
        "rate": [0.5, 1e-5, np.nan],
        "consent": [True, False, None],
        "date": [day, moment, None],
    }
    seen = (
        "id,capacity,rate,consent,date\n00123,2,0.5,yes,2026-12-01\n"
        "NA,,0.00001,no,2026-12-01T09:30:00\n1E5,3,,,\n"
    )
    frame = pd.DataFrame(typed)
    frame.to_excel(tmp_path / "people.xlsx", index=False)
    plain = {key: [None if pd.isna(v) else v for v in values] for key, values in typed.items()}
    faults = FaultList()

    tables = [
        read_table(tmp_path / "people.xlsx", faults),
        from_frame(frame, "people", faults),
        from_frame(frame.convert_dtypes(), "people", faults),
        from_frame(pl.DataFrame(plain), "people", faults),
        from_frame(typed, "people", faults),
    ]
    expected, _ = read(tmp_path, seen)

    assert [contents(expected)] * 5 == [contents(table) for table in tables]
    assert [] == list(faults)


def test_a_workbook_that_is_called_csv_is_told_what_it_is(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04" + bytes(20))

    assert ["workbook-named-text"] == [each.code for each in read_file(tmp_path / "a.csv")]


def test_a_text_that_is_called_xlsx_is_told_what_it_is(tmp_path):
    (tmp_path / "a.xlsx").write_text("id\nA1\n", encoding="utf-8")

    assert ["text-named-workbook"] == [each.code for each in read_file(tmp_path / "a.xlsx")]


def read_file(path):
    faults = FaultList()
    assert read_table(path, faults) is None
    return list(faults)
