"""Preferences: the worth each side gives, and how two worths become one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.preferences import COMBINE, Preferences
from cmmatch.compatibility.scorer import Scorer
from cmmatch.errors import ModelError
from cmmatch.testing import check_component

COACHES = {"programme": {"roles": {"mentor": "coach", "mentee": "coachee"}}}
ROW = st.tuples(
    st.sampled_from(["e0", "e1", "e2"]),
    st.sampled_from(["o0", "o1", "o2", "o3"]),
    st.sampled_from(["prefer", "avoid"]),
    st.sampled_from(["", "1", "2", "3", "9"]),
    st.sampled_from(["", "mentee", "mentor", "manager"]),
)
ROWS = st.lists(ROW, max_size=12, unique_by=lambda r: (r[0], r[1], r[2], r[4]))


def programme_of(rows, **config):
    columns = ("mentee_id", "mentor_id", "kind", "rank", "by")
    pairs = {name: [row[k] for row in rows] for k, name in enumerate(columns)}
    return Programme.from_frames(
        {"id": ["o0", "o1", "o2", "o3"]}, {"id": ["e0", "e1", "e2"]}, pairs=pairs, config=config
    )


def worth(rows, asker, side, pair):
    """What one person's rows are worth for one pair, from the text of the docstring."""
    own = [r for r in rows if r[side] == asker and (r[4] == "mentor") == (side == 1)]
    about = [r for r in own if r[:2] == pair]
    said = [
        0.0 if kind == "avoid" else max(1 - 0.1 * (int(rank or 1) - 1), 0.5)
        for _, _, kind, rank, _ in about
    ]
    if said:
        return min(said)
    return 0.25 if any(r[2] == "prefer" for r in own) else math.nan


def together(one, other, combine):
    known = [each for each in (one, other) if not math.isnan(each)]
    if 0.0 in known:
        return 0.0
    if len(known) < 2:
        return known[0] if known else math.nan
    if combine == "minimum":
        return min(known)
    return math.sqrt(one * other) if combine == "geometric" else (one + other) / 2


@given(ROWS, st.sampled_from(COMBINE))
def test_every_value_is_that_of_the_text(rows, combine):
    made = programme_of(rows)
    found = Preferences(combine).prepare(made).rows(np.arange(3))
    expected = [
        [
            together(worth(rows, e, 0, (e, o)), worth(rows, o, 1, (e, o)), combine)
            for o in made.mentors.ids
        ]
        for e in made.mentees.ids
    ]

    assert np.allclose(found, expected, atol=1e-9, equal_nan=True)


@given(ROWS, st.sampled_from(COMBINE))
def test_it_keeps_its_contract(rows, combine):
    """Blocks, rows and single pairs agree, among others."""
    check_component(Preferences(combine), programme_of(rows))


@given(ROWS.filter(bool), st.sampled_from(COMBINE))
def test_naming_somebody_else_never_raises_the_value_of_a_pair(rows, combine):
    """The last row says something about one pair: no other pair is worth more for it."""
    before, after = (
        Preferences(combine).prepare(programme_of(said)).rows(np.arange(3))
        for said in (rows[:-1], rows)
    )
    others = np.ones(before.shape, dtype=bool)
    others[int(rows[-1][0][1:]), int(rows[-1][1][1:])] = False
    known = others & ~np.isnan(before)
    made_known = others & np.isnan(before) & ~np.isnan(after)

    assert (after[known] <= before[known]).all()
    assert (after[made_known] == 0.25).all()


def scores(rows, combine):
    """Scores of all pairs, with skills beside the wishes so that blanks count as something."""
    columns = ("mentee_id", "mentor_id", "kind", "rank", "by")
    programme = Programme.from_frames(
        {"id": ["o0", "o1", "o2", "o3"], "skills": ["sql", "go", "", "sql; go"]},
        {"id": ["e0", "e1", "e2"], "skills_wanted": ["sql", "", "go; sql"]},
        pairs={name: [row[k] for row in rows] for k, name in enumerate(columns)},
        config={"preferences": {"combine": combine}},
    )
    scored = Scorer.for_programme(programme).prepare(programme)
    return scored.pairs(np.repeat(np.arange(3), 4), np.tile(np.arange(4), 3)).reshape(3, 4)


@given(ROWS.filter(lambda rows: len(rows) > 1), st.sampled_from(COMBINE))
def test_naming_somebody_else_never_raises_the_score_of_a_pair(rows, combine):
    """The last row says something about one pair; there are wishes before it, too."""
    before, after = scores(rows[:-1], combine), scores(rows, combine)
    before[int(rows[-1][0][1:]), int(rows[-1][1][1:])] = 10**6

    assert (after <= before).all()


@pytest.mark.parametrize("combine", COMBINE)
def test_an_avoided_pair_loses_where_nobody_says_more(combine):
    (own, *_), *others = scores([("e0", "o0", "avoid", "", "mentee")], combine).tolist()
    (without, *_), *same = scores([("e2", "o3", "avoid", "", "mentee")], combine).tolist()

    assert own == pytest.approx(without - 10**6 * 0.25 * 20 / 45, abs=1)
    assert others[0] == same[0]


@pytest.mark.parametrize("combine", COMBINE)
@pytest.mark.parametrize("other", [[], [("e1", "o0", "prefer", "1", "mentor")]])
@pytest.mark.parametrize("said", [[], [("e0", "o0", "prefer", "1", "mentor")]])
def test_a_pair_that_one_side_avoids_is_worth_nothing_whatever_the_other_says(said, other, combine):
    rows = [("e0", "o0", "avoid", "", "mentee"), *said, *other]
    prepared = Preferences(combine).prepare(programme_of(rows))

    assert 0.0 == prepared.rows(np.array([0]))[0, 0] == prepared.block(np.array([0]))[0, 0]
    assert [0.0] == prepared.pairs(np.array([0]), np.array([0])).tolist()


@given(st.integers(0, 3))
def test_a_mentor_whom_everybody_wants_gains_nothing_by_it(others):
    """What other mentees wish changes no value of this mentee."""
    mine = [("e0", "o0", "prefer", "1", ""), ("e0", "o1", "prefer", "2", "")]
    crowd = [(e, "o1", "prefer", "1", "") for e in ("e1", "e2")][:others]
    few, many = (Preferences().prepare(programme_of(rows)) for rows in (mine, mine + crowd))

    assert np.array_equal(few.rows(np.array([0])), many.rows(np.array([0])), equal_nan=True)


def test_the_worth_of_each_side_is_kept_apart():
    rows = [("e0", "o0", "prefer", "3", "mentee"), ("e1", "o0", "prefer", "", "mentor")]
    prepared = Preferences().prepare(programme_of(rows))
    pair = np.array([0]), np.array([0])

    assert [[0.8, 0.25]] == prepared.directed(*pair).tolist()
    assert [0.525] == prepared.pairs(*pair).tolist()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("e0", "o0", "prefer", "2", "")],
            "The coachee names this coach as choice 2; the coach names nobody.",
        ),
        ([("e0", "o1", "prefer", "1", "")], "The coachee names others; the coach names nobody."),
        (
            [("e0", "o0", "avoid", "", ""), ("e0", "o0", "prefer", "", "mentor")],
            "The coachee would rather not have this coach; "
            "the coach names this coachee without a rank.",
        ),
        (
            [("e1", "o1", "prefer", "", "")],
            "Not known: the coachee names nobody, nor does the coach.",
        ),
    ],
)
def test_the_sentence_says_what_each_said(rows, said):
    assert said == Preferences().prepare(programme_of(rows, **COACHES)).reason(0, 0)


def test_without_wishes_it_does_not_apply():
    assert not Preferences().applies(programme_of([("e0", "o0", "forbid", "", "")]))
    assert Preferences().applies(programme_of([("e0", "o0", "avoid", "", "")]))


def test_another_rule_of_combining_is_refused():
    with pytest.raises(ModelError, match="'combine' must be one of arithmetic, geometric, minimum"):
        Preferences("harmonic")
