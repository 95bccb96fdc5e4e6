"""What people see: escaping, numbers and small tables."""

import html
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import display


@given(st.text())
def test_escaped_text_holds_no_markup_and_reads_back_unchanged(text):
    safe = display.escape(text)

    assert not set(safe) & set("<>\"'")
    assert html.unescape(safe) == text


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (0.125, 2, "0.12"),
        (0.375, 2, "0.38"),
        (1.0, 2, "1.00"),
        (-0.0, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (-1.5, 1, "-1.5"),
        (1234567.891, 1, "1,234,567.9"),
        (float("nan"), 2, "–"),
        (None, 2, "–"),
    ],
)
def test_a_number_has_fixed_decimals_and_no_empty_minus(value, places, expected):
    assert expected == display.decimal(value, places)


@given(st.floats(min_value=0, max_value=1))
def test_a_share_says_none_and_all_only_where_that_is_so(value):
    text = display.share(value)

    assert (text == "0%") == (value == 0)
    assert (text == "100%") == (value == 1)


def test_positions_read_as_english_does():
    said = [display.ordinal(k) for k in (1, 2, 3, 10, 11, 12, 13, 21, 101, 111, 1002)]

    expected = "1st 2nd 3rd 10th 11th 12th 13th 21st 101st 111th 1,002nd"
    assert expected == " ".join(said)


def test_every_kind_of_cell_has_one_way_to_be_written():
    cells = [True, np.True_, np.int64(1200), np.float32(0.5), None, float("nan"), "007"]

    expected = ["yes", "yes", "1,200", "0.50", "–", "–", "007"]
    assert expected == [display.plain(each) for each in cells]


def test_a_small_table_escapes_headings_cells_and_caption():
    mark = "<script>x</script>"
    table = display.small_table([mark], [[mark]], mark)

    assert "<script" not in table
    assert table.count("&lt;script&gt;x") == 3


def test_a_small_table_says_how_many_rows_it_leaves_out():
    table = display.small_table(["id"], [[f"m{k}"] for k in range(12)], most=5)

    assert "m4" in table
    assert "m5" not in table
    assert "... and 7 more" in table


def test_a_small_table_that_fits_leaves_nothing_out():
    assert "more" not in display.small_table(["id"], [["a"], ["b"]], most=2)


def test_numbers_stand_on_the_right_and_texts_do_not():
    table = display.small_table(["a", "b"], [["x", 1]])

    assert "<td>x</td>" in table
    assert '<td style="text-align:right">1</td>' in table


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="row 1 has 1"):
        display.small_table(["a", "b"], [[1, 2], [3]])


def test_display_imports_nothing_of_ours():
    code = (
        "import sys, cmmatch; before = set(sys.modules); import cmmatch.display; "
        "print([m for m in set(sys.modules) - before if m.startswith('cmmatch.')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout == "['cmmatch.display']\n"


@given(st.lists(st.integers(0, 10**6), max_size=6))
def test_as_few_decimals_as_tell_whole_millionths_apart(units):
    places = display.decimals_apart([each / 10**6 for each in units])

    def read(decimals):
        return {f"{each / 10**6:.{decimals}f}" for each in units}

    assert 2 <= places <= 6
    assert len(read(places)) == len(set(units))
    assert places == 2 or len(read(places - 1)) < len(set(units))


def test_what_differs_by_less_than_a_millionth_reads_the_same():
    assert 2 == display.decimals_apart([0.5, 0.5 + 1e-9])
