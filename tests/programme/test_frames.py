"""Data frames of any library and Parquet."""

import sys
import types

import numpy as np
import pandas as pd
import polars as pl
import pytest

from cmmatch.programme.faults import FaultList
from cmmatch.programme.tables import from_frame, read_table


def read(frame):
    """Read a frame; return its cells by heading and the faults as (code, row, column, value)."""
    faults = FaultList()
    table = from_frame(frame, "people", faults)
    cells = table and {heading: table.columns[heading].tolist() for heading in table.headings}
    return cells, [(each.code, each.row, each.column, each.value) for each in faults], table


def test_rows_are_positions_from_zero_and_blank_rows_are_left_out():
    frame = pd.DataFrame({"id": ["1", None, "2"], "x": ["", np.nan, " "]}, index=[10, 11, 12])

    cells, faults, table = read(frame)

    assert {"id": ["1", "2"], "x": ["", ""]} == cells
    assert (0, 2) == table.rows
    assert [] == faults


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", None], dtype="category"),
        pd.Series(["a", pd.NA], dtype="string"),
        pd.Series(["a", np.nan], dtype=object),
        pl.Series(["a", None], dtype=pl.Categorical),
        np.array(["a", ""]),
        ("a", None),
    ],
    ids=["category", "string", "object", "polars", "numpy", "tuple"],
)
def test_texts_of_any_column_type_are_read(column):
    cells, faults, _ = read({"id": ["1", "2"], "x": column})

    assert ["a", ""] == cells["x"]
    assert [] == faults


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([2, None], dtype="Int64"),
        pd.Series([2.0, np.nan]),
        pl.Series([2, None]),
        np.array([2.0, np.nan], dtype=np.float32),
        [np.int64(2), None],
    ],
    ids=["nullable", "float", "polars", "float32", "numpy scalar"],
)
def test_whole_numbers_of_any_column_type_are_read(column):
    cells, _, _ = read({"id": ["1", "2"], "x": column})

    assert ["2", ""] == cells["x"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2026-12-01", None])),
        np.array(["2026-12-01", "NaT"], dtype="datetime64[ns]"),
        np.array(["2026-12-01", "NaT"], dtype="datetime64[D]"),
        pl.Series(["2026-12-01", None]).str.to_date(),
    ],
    ids=["pandas", "nanoseconds", "days", "polars"],
)
def test_days_of_any_column_type_are_read(column):
    cells, _, _ = read({"id": ["1", "2"], "x": column})

    assert ["2026-12-01", ""] == cells["x"]


def test_midnight_in_a_zone_keeps_its_time():
    day = pd.Series(pd.to_datetime(["2026-12-01"]).tz_localize("Europe/Berlin"))

    cells, _, _ = read({"id": ["1"], "x": day})

    assert ["2026-12-01T00:00:00+01:00"] == cells["x"]


def test_lists_in_cells_are_faults_and_the_rest_is_read():
    cells, faults, _ = read(pd.DataFrame({"id": ["1", "2"], "x": [["python", "sql"], "law"]}))

    assert {"id": ["1", "2"], "x": ["", "law"]} == cells
    assert [("cell-not-plain", 0, "x", "['python', 'sql']")] == faults


def test_floats_that_may_have_lost_digits_are_faults():
    _, faults, _ = read({"id": [1e15, 999_999_999_999_999.0]})

    assert [("number-too-long", 0, "id", "1000000000000000.0")] == faults


def test_whole_numbers_that_are_no_floats_have_any_length():
    cells, faults, _ = read({"id": [12_345_678_901_234_567_890]})

    assert ["12345678901234567890"] == cells["id"]
    assert [] == faults


def test_headings_that_are_no_texts_are_written_as_texts():
    cells, _, _ = read(pd.DataFrame([["1", "a"]], columns=["id", 2026]))

    assert {"id": ["1"], "2026": ["a"]} == cells


@pytest.mark.parametrize("headings", [["id", "x", "x"], ["id", " x", "x "]])
def test_two_equal_headings_are_a_fault(headings):
    frame = pd.DataFrame([["1", "a", "b"]], columns=headings)

    cells, faults, _ = read(frame)

    assert {"id": ["1"]} == cells
    assert [("heading-twice", None, "x", "")] == faults


def test_a_named_index_is_noted():
    frame = pd.DataFrame({"id": ["1"], "x": ["a"]}).set_index("id")

    _, faults, _ = read(frame)

    assert [("index-not-read", None, "", "id")] == faults


def test_columns_of_different_length_are_a_fault():
    cells, faults, _ = read({"id": ["1", "2"], "x": ["a"]})

    assert cells is None
    assert [("columns-uneven", None, "", "")] == faults


@pytest.mark.parametrize(
    "frame",
    [None, [["1", "a"]], "mentors.csv", {"id": "abc"}, pl.LazyFrame({"id": ["1"]}), 7],
    ids=["none", "rows", "path", "text as column", "lazy", "number"],
)
def test_what_is_no_frame_is_a_fault(frame):
    cells, faults, _ = read(frame)

    assert cells is None
    assert ["frame-unknown"] == [code for code, *_ in faults]


@pytest.mark.parametrize("frame", [{}, pd.DataFrame(), pd.DataFrame({"": ["", ""]})])
def test_a_frame_without_headings_is_a_fault(frame):
    cells, faults, _ = read(frame)

    assert cells is None
    assert ["heading-missing"] == [code for code, *_ in faults]


def test_columns_may_be_called_like_methods_of_other_frames():
    frame = pd.DataFrame({"id": ["1"], "collect": ["a"], "column_names": ["b"], "index": ["c"]})

    cells, faults, _ = read(frame)

    assert {"id": ["1"], "collect": ["a"], "column_names": ["b"], "index": ["c"]} == cells
    assert [] == faults


def test_the_frame_is_not_changed():
    frame = pd.DataFrame({"id": [" 1 "], "x": [2.0]})
    before = frame.copy(deep=True)

    read(frame)

    pd.testing.assert_frame_equal(before, frame)


def test_parquet_without_pyarrow_is_a_fault_that_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "people.parquet").write_bytes(b"PAR1")
    faults = FaultList()

    assert read_table(tmp_path / "people.parquet", faults) is None
    assert ["parquet-needs-pyarrow"] == [each.code for each in faults]
    assert "pip install cmmatch[parquet]" in faults.faults[0].remedy


class Column:
    """Answers as a column of pyarrow does."""

    def __init__(self, values):
        self.values = values

    def to_pylist(self):
        return self.values


class Answer:
    """Answers as a table of pyarrow does: ``columns`` holds no names."""

    column_names = ("id", "x")
    columns = (Column(["1"]), Column(["'=1"]))

    def __getitem__(self, name):
        return self.columns[self.column_names.index(name)]


@pytest.fixture
def pyarrow(monkeypatch):
    """Stand in for pyarrow, which is an extra, where it is not installed."""

    class ArrowInvalidError(ValueError):
        pass

    def read_parquet(file):
        if file.read() != b"good":
            message = "no magic bytes"
            raise ArrowInvalidError(message)
        return Answer()

    module = types.ModuleType("pyarrow")
    module.ArrowInvalid = ArrowInvalidError
    module.parquet = types.ModuleType("pyarrow.parquet")
    module.parquet.read_table = read_parquet
    monkeypatch.setitem(sys.modules, "pyarrow", module)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", module.parquet)


@pytest.mark.usefixtures("pyarrow")
def test_parquet_is_read_as_a_file(tmp_path):
    (tmp_path / "people.parquet").write_bytes(b"good")
    faults = FaultList()

    table = read_table(tmp_path / "people.parquet", faults)

    assert ["1"] == table.columns["id"].tolist()
    assert ["=1"] == table.columns["x"].tolist()
    assert (0,) == table.rows
    assert [] == list(faults)


@pytest.mark.usefixtures("pyarrow")
def test_broken_parquet_is_a_fault(tmp_path):
    (tmp_path / "people.parquet").write_bytes(b"bad")
    faults = FaultList()

    assert read_table(tmp_path / "people.parquet", faults) is None
    assert ["parquet-unreadable"] == [each.code for each in faults]


@pytest.mark.parametrize(
    ("heading", "code"), [("x\ud800", "text-not-unicode"), ("x\0", "nul-byte")]
)
def test_a_heading_that_no_file_can_hold_is_a_fault(heading, code):
    _, faults, _ = read({"id": ["1"], heading: ["a"]})

    assert [code] == [each[0] for each in faults]
