"""What pictures are made of: bars of components, heat maps, files of their own."""

import math
from xml.etree import ElementTree

import pytest

from cmmatch import pictures

MARK = '<script>alert("x")</script>&'
SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture):
    return ElementTree.fromstring(picture)


def widths(picture):
    return [float(box.get("width")) for box in parsed(picture).iter("rect")]


def shades(picture):
    return [float(box.get("fill-opacity")) for box in parsed(picture).iter("rect")]


def test_every_picture_is_an_image_with_a_title_for_those_who_do_not_see_it():
    for picture in (
        pictures.part_bar(0.5, label="Scores"),
        pictures.heat_map([("skills", [0.5])], ["off"], label="Scores"),
    ):
        root = parsed(picture)
        assert root.get("role") == "img"
        assert root[0].tag == "title"
        assert root[0].text == "Scores"


def test_a_name_with_markup_comes_out_as_text():
    for picture in (
        pictures.part_bar(None, label=MARK),
        pictures.heat_map([(MARK, [0.5])], [MARK], label=MARK),
    ):
        assert MARK in "".join(parsed(picture).itertext())
        assert "<script" not in picture


def test_the_filled_area_is_the_weight_times_the_value():
    assert widths(pictures.part_bar(0.25, label="n", length=0.5)) == [100, 25]


def test_an_unknown_value_has_an_outline_and_no_filling():
    for value in (None, math.nan):
        picture = pictures.part_bar(value, label="n")
        assert "stroke-dasharray" in picture
        assert pictures.FILL not in picture


def test_an_unknown_value_that_counts_is_filled_as_far_in_another_fill():
    unknown = pictures.part_bar(None, label="n", length=0.5, neutral=0.3)
    known = pictures.part_bar(0.3, label="n", length=0.5)

    assert [30, 99] == widths(unknown)
    assert [100, 30] == widths(known)
    assert "fill-opacity" in unknown.partition("/>")[0]
    assert "stroke-dasharray" not in known


@pytest.mark.parametrize(
    ("value", "length", "neutral"),
    [
        (1.5, 1.0, None),  # a value above 1
        (-0.1, 1.0, None),  # a value below 0
        (0.5, 1.5, None),  # a track longer than the whole
        (None, -1.0, None),  # a track shorter than nothing
        (None, 1.0, 1.5),  # a neutral value above 1
    ],
)
def test_a_part_outside_the_scale_is_refused(value, length, neutral):
    with pytest.raises(ValueError, match=r"0\.\.1"):
        pictures.part_bar(value, label="n", length=length, neutral=neutral)


def test_a_heat_map_is_the_darker_the_larger_the_share_and_writes_it():
    picture = pictures.heat_map(
        [("skills", [0.0, 0.5]), ("goals", [1.0, math.nan])], ["off", "halved"], label="n"
    )
    titles = [group.find("title").text for group in parsed(picture).iter("g")]

    none, half, whole, unknown = shades(picture)
    assert unknown == 0 < none < half < whole < 0.6
    assert ["skills, off: 0%", "skills, halved: 50%", "goals, off: 100%", "goals, halved: –"] == (
        titles
    )


def test_a_long_name_is_cut_beside_the_map_and_whole_in_its_cells():
    name = "a" * 40
    picture = pictures.heat_map([(name, [0.5])], ["off"], label="n")

    assert f">{'a' * 21}…<" in picture
    assert f"{name}, off: 50%" in picture


@pytest.mark.parametrize(
    "shares",
    [[0.5], [0.5, 1.1], [-0.1, 0.5]],  # too few; above 1; below 0
)
def test_a_row_that_cannot_be_drawn_is_refused(shares):
    with pytest.raises(ValueError, match=r"2 shares in 0\.\.1"):
        pictures.heat_map([("skills", shares)], ["off", "halved"], label="n")


def test_a_file_of_its_own_is_whole_and_has_a_light_and_a_dark_ground():
    made = pictures.standalone(pictures.heat_map([("skills", [0.5])], ["off"], label="n"))
    root = ElementTree.fromstring(made)

    assert f"{SVG}svg" == root.tag
    assert "prefers-color-scheme:dark" in root.find(f"{SVG}style").text
