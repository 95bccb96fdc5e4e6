"""CSV in its dialects: delimiters, encodings, quotes and the numbers of rows."""

import pytest

from cmmatch.programme.delimited import read_delimited
from cmmatch.programme.faults import FaultList


def grid_of(tmp_path, data):
    """Read bytes or a text; return the grid and the faults."""
    faults = FaultList()
    given = data if isinstance(data, bytes) else data.encode("utf-8")
    return read_delimited(given, "people.csv", faults), list(faults)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("id,a,b;c", ["id", "a", "b;c"]),
        ("id;a;b,c", ["id", "a", "b,c"]),
        ("id\ta, b\tc;d", ["id", "a, b", "c;d"]),
        ("id|a|b,c", ["id", "a", "b,c"]),
        ('"a;b;c",id', ["a;b;c", "id"]),
        ("skills", ["skills"]),
        ('"a,b"', ["a,b"]),
        ('"a\nb",c', ["a\nb", "c"]),
    ],
)
def test_the_heading_tells_the_delimiter(tmp_path, heading, expected):
    grid, faults = grid_of(tmp_path, heading + "\n")

    assert expected == list(grid.heading)
    assert [] == faults


def test_rows_decide_between_delimiters_that_part_the_heading_alike(tmp_path):
    grid, faults = grid_of(tmp_path, "id;skills, held\n1;x\n2;y\n")

    assert ["id", "skills, held"] == list(grid.heading)
    assert [["1", "x"], ["2", "y"]] == grid.records
    assert [] == faults


def test_a_sep_line_decides_and_is_not_a_row(tmp_path):
    grid, _ = grid_of(tmp_path, "\ufeffsep=;\r\nid;a,b,c\r\n1;2\r\n")

    assert ["id", "a,b,c"] == grid.heading
    assert [2] == grid.rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_cell_may_have_several_lines_and_is_one_row(tmp_path, end):
    grid, _ = grid_of(tmp_path, f'id,x{end}1,"a{end}{end}b"{end}2,c{end}')

    assert [["1", f"a{end}{end}b"], ["2", "c"]] == grid.records
    assert [2, 3] == grid.rows


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_texts_in_unicode_are_read(tmp_path, codec):
    text = "id,naïve 漢\n1,Köln\n"
    mark = "\ufeff" if codec.startswith("utf-16-") else ""
    grid, faults = grid_of(tmp_path, (mark + text).encode(codec))

    assert ["id", "naïve 漢"] == grid.heading
    assert [["1", "Köln"]] == grid.records
    assert [] == faults


def test_utf_16_without_a_mark_is_not_guessed(tmp_path):
    grid, faults = grid_of(tmp_path, "id\n1\n".encode("utf-16-le"))

    assert grid is None
    assert ["nul-byte"] == [each.code for each in faults]


def test_utf_16_that_breaks_off_is_a_fault(tmp_path):
    _, faults = grid_of(tmp_path, "id,name\n1,Ann\n".encode("utf-16")[:-1])

    assert [("encoding-not-utf8", 2)] == [(each.code, each.row) for each in faults]


def test_the_row_of_a_broken_letter_counts_cells_of_several_lines_once(tmp_path):
    data = 'sep=;\nid;x\n1;"a\nb\nc"\n2;Köln\n'.encode("latin-1")
    _, faults = grid_of(tmp_path, data)

    assert [("encoding-not-utf8", 3, "2;Köln")] == [
        (each.code, each.row, each.value) for each in faults
    ]


def test_a_broken_letter_at_the_start_of_a_row_is_in_that_row(tmp_path):
    _, faults = grid_of(tmp_path, "id\nAnn\nÖl\n".encode("latin-1"))

    assert [("encoding-not-utf8", 3)] == [(each.code, each.row) for each in faults]


def test_an_overlong_cell_is_a_fault_of_its_row(tmp_path):
    _, faults = grid_of(tmp_path, "id,x\n1,a\n2," + "x" * 131_073 + "\n")

    assert [("cell-too-long", 3)] == [(each.code, each.row) for each in faults]
    assert "at most 131,072 characters" in str(faults[0])


def test_a_quote_within_an_unquoted_cell_is_a_letter(tmp_path):
    grid, faults = grid_of(tmp_path, 'id,x\n1,5" disk\n')

    assert [["1", '5" disk']] == grid.records
    assert [] == faults
