"""Bars of a score: lengths, fills and numbers are those of the parts, in any terminal."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme
from cmmatch.analysis.bars import html_bars, shares_of, text_bars
from cmmatch.analysis.views import Part
from cmmatch.synthesis import make_programme

names = st.text("abcdefgh_", min_size=1, max_size=24)
values = st.none() | st.integers(0, 1000).map(lambda k: k / 1000)
parts = st.lists(
    st.builds(
        Part,
        names,
        st.integers(1, 100).map(float),
        values,
        st.sampled_from(["", "Short.", "A sentence of many words that must be broken. " * 4]),
        st.integers(0, 1000).map(lambda k: k / 1000),
    ),
    min_size=1,
    max_size=9,
)


def score_of(some):
    return sum(p.weight * p.counted for p in some) / sum(p.weight for p in some)


def bars_of(lines, signs):
    found = (re.match(rf"  \S+ +([{re.escape(signs)}]+) ", line) for line in lines)
    return [each[1] for each in found if each]


@given(parts)
def test_the_numbers_add_up_to_the_score_that_is_shown(some):
    score = score_of(some)
    lines = text_bars(some, score, width=80, encoding="utf-8")
    adds = [
        float(each[1]) for each in map(re.compile(r"x .*% = (\d\.\d{3})$").search, lines) if each
    ]
    (told,) = [float(line[-5:]) for line in lines if line.lstrip().startswith("together  ")]

    assert round(score, 3) == told
    assert len(some) == len(adds)
    assert round(sum(adds), 3) == told
    for part, gain in zip(some, adds, strict=True):
        exact = part.weight * part.counted / sum(p.weight for p in some)
        assert abs(exact - gain) <= 0.001


@given(parts)
def test_a_bar_is_as_long_as_the_weight_and_filled_as_far_as_the_value(some):
    lines = text_bars(some, score_of(some), width=80, encoding="ascii")
    drawn, heaviest = bars_of(lines, "#?."), max(p.weight for p in some)
    longest = max(map(len, drawn))

    assert len(some) == len(drawn)
    for part, bar in zip(some, drawn, strict=True):
        full = bar.rstrip(".")
        assert abs(len(bar) - longest * part.weight / heaviest) <= 1
        assert abs(len(full) - len(bar) * part.counted) <= 0.5
        assert set(full) <= ({"?"} if part.value is None else {"#"})


@given(parts, st.sampled_from(["utf-8", "ascii", "cp437", "latin-1"]), st.integers(60, 100))
def test_it_fits_the_width_and_the_encoding(some, encoding, width):
    lines = text_bars(some, score_of(some), width=width, encoding=encoding)

    assert max(map(len, lines)) <= width
    assert all(line.encode(encoding) for line in lines)
    assert ("█" in "".join(lines)) == (encoding in ("utf-8", "cp437") and "█" in lines[-1])


@pytest.mark.parametrize(
    ("encoding", "key"),
    [("utf-8", "█ known"), ("cp437", "█ known"), ("ascii", "# known"), ("latin-1", "# known")],
)
def test_blocks_are_drawn_where_there_are_any(encoding, key):
    lines = text_bars([Part("a", 1.0, 0.5, "")], 0.5, width=80, encoding=encoding)

    assert key in lines[-1]


def test_an_unknown_part_says_what_it_counts_as():
    some = [Part("goals", 1.0, None, "Not known: no goals.", 0.42)]
    lines = text_bars(some, 0.42, width=80, encoding="ascii")

    assert "Not known: no goals. Counts as 0.42." in lines[1]
    assert "? x 100% = 0.420" in lines[0]
    assert "Counts as 0.42." in html_bars(some, 0.42)


def test_both_directions_are_shown_where_one_is_known():
    told = Part("preferences", 1.0, 0.9, "Said.", directed=(("coachee", 0.9), ("coach", None)))
    unknown = Part("preferences", 1.0, None, "", directed=(("coachee", None), ("coach", None)))

    said = "Each way: the coachee's 0.90, the coach's not known."
    assert said in " ".join(text_bars([told], 0.9, width=80, encoding="ascii"))
    assert "Each way" not in " ".join(text_bars([unknown], 0.5, width=80, encoding="ascii"))


def test_nothing_is_drawn_of_nothing():
    assert [] == text_bars([], 0.5, width=80, encoding="utf-8")
    assert "" == html_bars([], 0.5)


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.titles, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "title"

    def handle_data(self, data):
        if self.inside:
            self.titles.append(data)
            self.inside = False


def test_a_notebook_tells_every_bar_in_words_and_escapes_what_people_wrote():
    some = [Part("<b>", 3.0, 0.25, "<script>"), Part("goals", 1.0, None, "", 0.5)]
    page = html_bars(some, score_of(some))

    assert ["<b>: 0.25 of 1, 75% of the weight", "goals: not known, counts as 0.50 of 1, "
            "25% of the weight"] == Page(page).titles  # fmt: skip
    assert "<script>" not in page
    assert "currentColor" in page


@given(parts)
def test_parts_are_shared_out_in_whole_thousandths(some):
    shares = shares_of(some, score_of(some))

    assert round(1000 * round(score_of(some), 3)) == sum(shares)
    assert all(share >= 0 for share in shares)


def test_the_parts_of_real_pairs_come_to_their_scores_and_directions_to_their_values():
    made = make_programme(mentees=40, mentors=14, seed=4, blanks=0.3)
    result = cmmatch.match(
        Programme.from_frames(
            made.mentors, made.mentees, pairs=made.pairs, people=made.people, config=made.config
        )
    )
    known = []
    for view in result.pair_views:
        assert view.score == pytest.approx(score_of(view.parts), abs=1e-6)
        for part in view.parts:
            sides = [value for _, value in part.directed if value is not None]
            assert bool(part.directed) == (part.name == "preferences")
            if sides:
                known.append(len(sides))
                assert part.value == pytest.approx(np.mean(sides))
        text = str(result.explain(view.mentee_id))
        assert max(map(len, text.splitlines()[2:])) <= 80
        assert f"score = {view.score:.3f}" in text
    assert known
