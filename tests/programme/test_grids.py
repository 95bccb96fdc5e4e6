"""One cell of any type as text."""

from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.programme.grids import CellError, cell_text, letter


@given(st.integers())
def test_whole_numbers_keep_every_digit(value):
    assert str(value) == cell_text(value)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: abs(x) < 1e15))
def test_no_number_loses_a_digit_or_gets_an_exponent(value):
    text = cell_text(value)

    assert float(text) == value
    assert "e" not in text.casefold()
    assert not text.endswith(".0")


@given(st.integers(0, 10**6))
def test_letters_count_as_spreadsheets_do(position):
    digits = [ord(sign) - ord("A") + 1 for sign in letter(position)]

    assert position + 1 == sum(digit * 26**k for k, digit in enumerate(reversed(digits)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("inf"), "inf"),
        (Decimal("2.50"), "2.50"),
        (Decimal("2.00"), "2"),
        (Decimal("NaN"), ""),
        (np.float32(0.1), "0.1"),
        (np.bool_(True), "yes"),
        (np.str_("a"), "a"),
        (np.timedelta64("NaT"), ""),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_values_of_other_kinds_are_written_plainly(value, text):
    assert text == cell_text(value)


@pytest.mark.parametrize("value", [["a"], {"a": 1}, b"a", object(), 1j])
def test_what_is_no_cell_is_refused(value):
    with pytest.raises(CellError) as error:
        cell_text(value)

    assert error.value.code == "cell-not-plain"
