"""CSV out: opened by spreadsheets, read back by our own reader unchanged."""

import csv
import io
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmmatch.programme.faults import FaultList
from cmmatch.programme.tables import read_table
from cmmatch.report.sheets import to_csv

# No lone surrogates (UTF-8 has none), no control characters but tab and line breaks.
letters = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r")
tricky = st.text(st.sampled_from("=+-@'\"\t\r\n,;a é€"), max_size=6)
texts = st.one_of(tricky, st.text(letters, max_size=12))
# The reader strips cells, and refuses '#N/A' and its like, so nothing it has read looks like that.
read = texts.map(str.strip).filter(lambda text: not text.startswith("#"))


def body(sheet):
    return sheet.decode("utf-8-sig")


def read_back(sheet, folder):
    path = folder / "sheet.csv"
    path.write_bytes(sheet)
    faults = FaultList()
    table = read_table(path, faults)
    assert not list(faults)
    return {heading: list(table.columns[heading]) for heading in table.headings}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sheets")


@given(st.lists(read, min_size=1, max_size=5))
@example(["=1+1", "+1", "-1", "@x", "'=1", "''=1", "'a", "'", "=\nx", '-"-', "a;b;c", 'say "hi"'])
@example(["line one\nline two", "line one\r\nline two"])
def test_texts_come_back_from_our_own_reader_as_they_were(folder, names):
    ids = [f"m{k}" for k in range(len(names))]

    back = read_back(to_csv({"id": ids, "name": names}, text=["name"]), folder)

    assert back["id"] == ids
    assert back["name"] == names


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_any_reader_of_csv_finds_the_same_cells(rows):
    left, right = zip(*rows, strict=True)
    sheet = body(to_csv({"a": left, "b": right}, text=[]))

    assert [["a", "b"], *map(list, rows)] == list(csv.reader(io.StringIO(sheet, newline="")))


@given(st.lists(texts, min_size=1, max_size=5))
def test_no_free_text_can_be_taken_for_a_formula(names):
    sheet = body(to_csv({"name": names}, text=["name"]))
    cells = [row[0] for row in csv.reader(io.StringIO(sheet, newline="")) if row]

    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_ids_and_numbers_are_never_changed():
    sheet = to_csv({"id": ["-007", "=x", "00123"], "change": [-0.5, 1, -2]}, text=[])

    assert body(sheet).split("\r\n") == [
        '"id","change"',
        '"-007",-0.500000',
        '"=x",1',
        '"00123",-2',
        "",
    ]


def test_a_heading_that_looks_like_a_formula_is_protected_and_comes_back(folder):
    sheet = to_csv({"id": ["m1"], "=weekly hours": [2]}, text=[])

    assert '"\'=weekly hours"' in body(sheet)
    assert list(read_back(sheet, folder)) == ["id", "=weekly hours"]


def test_the_sheet_begins_with_the_mark_that_excel_needs_and_ends_every_row_alike():
    sheet = to_csv({"id": ["é"], "name": ["b"]}, text=["name"])

    assert sheet == b'\xef\xbb\xbf"id","name"\r\n"\xc3\xa9","b"\r\n'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, "0.300000"),
        (0.7, "0.700000"),
        (np.float64(0.1234565), "0.123456"),
        (np.float32(0.5), "0.500000"),
        (-1e-9, "0.000000"),
        (1e15, "1000000000000000.000000"),
        (12, "12"),
        (np.int64(12), "12"),
        (True, "yes"),
        (np.False_, "no"),
        (float("nan"), ""),
        (np.float32("nan"), ""),
        (None, ""),
        ("", ""),
        ("0.7", '"0.7"'),
    ],
)
def test_every_kind_of_cell_is_written_one_way(value, expected):
    assert body(to_csv({"a": [value], "b": ["x"]}, text=[])) == f'"a","b"\r\n{expected},"x"\r\n'


@given(st.integers(0, 10**6))
def test_a_score_in_whole_millionths_survives(units):
    sheet = body(to_csv({"score": [units / 10**6]}, text=[]))

    assert units == int(Fraction(sheet.split("\r\n")[1]) * 10**6)


def test_a_sheet_without_rows_still_has_its_heading():
    assert body(to_csv({"id": [], "name": []}, text=["name"])) == '"id","name"\r\n'


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"one length.*'b': 1"):
        to_csv({"a": [1, 2], "b": [1]}, text=[])


def test_a_text_column_that_is_not_there_is_refused_so_that_no_slip_leaves_one_open():
    with pytest.raises(ValueError, match=r"\['nmae'\]"):
        to_csv({"name": ["=x"]}, text=["nmae"])


def test_an_infinite_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        to_csv({"a": [float("inf")]}, text=[])


def test_a_cell_of_another_kind_is_refused():
    with pytest.raises(TypeError, match=r"Given: \['x'\]"):
        to_csv({"a": [["x"]]}, text=[])
