"""Small pictures: well-formed, titled, safe, the same bytes for the same data."""

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.report import svg

MARK = '<script>alert("x")</script>&'
units = st.integers(0, 10**6).map(lambda k: k / 10**6)


def parsed(picture):
    return ElementTree.fromstring(picture)


def heights(picture):
    """Count of each drawn column, from its own title."""
    titles = re.findall(r"<title>(\S+) to (\S+): ([\d,]+)</title>", picture)
    return {(float(low), float(high)): int(n.replace(",", "")) for low, high, n in titles}


def test_every_picture_is_an_image_with_a_title_for_those_who_do_not_see_it():
    for picture in (
        svg.histogram([0.5], label="Scores"),
        svg.bars([("a", 1)], label="Scores"),
    ):
        root = parsed(picture)
        assert root.get("role") == "img"
        assert root[0].tag == "title"
        assert root[0].text == "Scores"


def test_a_name_with_markup_comes_out_as_text():
    for picture in (
        svg.histogram([0.5], label=MARK),
        svg.bars([(MARK, 1)], label=MARK),
    ):
        assert MARK in "".join(parsed(picture).itertext())
        assert "<script" not in picture


@given(st.lists(units, max_size=60), st.integers(1, 50))
def test_every_value_is_counted_once(values, bins):
    drawn = heights(svg.histogram(values, label="Scores", bins=bins))

    assert sum(drawn.values()) == len(values)


@pytest.mark.parametrize("k", range(20))
def test_a_value_on_an_edge_belongs_to_the_part_that_begins_there(k):
    drawn = heights(svg.histogram([k * 0.05], label="Scores"))

    assert {(round(k * 0.05, 2), round(k * 0.05 + 0.05, 2)): 1} == drawn


def test_one_belongs_to_the_last_part():
    assert heights(svg.histogram([1.0], label="Scores")) == {(0.95, 1.0): 1}


@given(st.lists(units, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_the_values_changes_no_byte(values, random):
    turned = list(values)
    random.shuffle(turned)

    assert svg.histogram(values, label="S") == svg.histogram(turned, label="S")


@pytest.mark.parametrize("most", [0, 1, 4, 5, 6, 16, 100, 12345])
def test_the_columns_fit_under_the_highest_line(most):
    ticks = svg._ticks(most)

    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 6


def test_a_histogram_says_in_words_what_it_shows():
    picture = svg.histogram([0.41, 0.93, 0.5], label="Scores")

    assert "<desc>3 values from 0.41 to 0.93.</desc>" in picture
    assert "<desc>No values.</desc>" in svg.histogram([], label="Scores")


@pytest.mark.parametrize("values", [[1.01], [-0.1], [math.nan]])
def test_a_value_outside_the_scale_is_refused(values):
    with pytest.raises(ValueError, match=r"0\.\.1"):
        svg.histogram(values, label="Scores")


def test_a_histogram_without_parts_is_refused():
    with pytest.raises(ValueError, match="at least one part"):
        svg.histogram([0.5], label="Scores", bins=0)


def widths(picture):
    return [float(box.get("width")) for box in parsed(picture).iter("rect")]


def test_the_longest_bar_is_as_long_as_its_track_and_the_others_in_proportion():
    assert widths(svg.bars([("a", 1), ("b", 4)], label="n")) == [400, 100, 400, 400]


def test_nothing_and_not_known_are_told_apart():
    zero, unknown = svg.bars([("a", 0)], label="n"), svg.bars([("a", math.nan)], label="n")

    assert (len(widths(zero)), len(widths(unknown))) == (1, 0)
    assert ">–</text>" in unknown


def test_a_long_name_is_cut_on_the_line_and_whole_in_its_title():
    name = "a rule whose name is longer than any line that a phone could show"
    picture = svg.bars([(name, 1)], label="n")

    assert f"<title>{name}: 1</title>" in picture
    assert f">{name}</text>" not in picture
    assert "…</text>" in picture


@pytest.mark.parametrize("value", [-1, math.inf])
def test_a_bar_that_cannot_be_drawn_is_refused(value):
    with pytest.raises(ValueError, match="finite and >= 0"):
        svg.bars([("a", value)], label="n")


def test_letters_take_the_colour_of_the_page_around_them():
    picture = svg.histogram([0.5], label="n") + svg.bars([("a", 1)], label="n")

    assert set(re.findall(r"<text[^>]* fill=\"([^\"]*)\"", picture)) == {"currentColor"}
