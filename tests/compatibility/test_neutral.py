"""What unknown values count as adds up to a middling score, in any order of pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cmmatch import Programme, Scorer
from cmmatch.compatibility.neutral import middling_values
from cmmatch.programme.order import canonical_order

VALUES = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=30),
    elements=st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0, np.nan]),
)


def score(values, neutral):
    filled = np.where(np.isnan(values), neutral, values)
    return np.rint(filled.mean(axis=1) * 10**6).astype(np.int64)


def test_skewed_components_add_up_to_the_median_and_not_to_the_mean():
    rng = np.random.default_rng(1)
    values = np.clip(rng.exponential(0.2, (5000, 3)), 0, 1)
    neutral = middling_values(values, score)

    assert np.median(score(values, neutral)) / 10**6 == pytest.approx(neutral.mean(), abs=0.003)
    assert values.mean() - neutral.mean() > 0.015


@given(VALUES, st.randoms())
def test_the_order_of_pairs_changes_no_bit_and_values_are_in_range(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    neutral = middling_values(values, score)

    assert neutral.tolist() == middling_values(values[order], score).tolist()
    assert ((neutral >= 0) & (neutral <= 1)).all()


def test_what_nobody_knows_counts_a_half_and_what_no_middling_pair_knows_its_mean():
    values = np.full((9, 2), np.nan)
    values[0, 0], values[8, 0] = 0.2, 1.0

    assert [0.6, 0.5] == middling_values(values, lambda v, n: np.arange(9)).tolist()


def test_without_any_pair_everything_counts_a_half():
    assert [0.5, 0.5] == middling_values(np.empty((0, 2)), score).tolist()


SAMPLED = 200
"""People a side in the sample."""


def of_experience(mentee, mentor):
    """Neutral value of experience, from (id, years) of each side in the order of the rows."""
    sides = [
        {"id": [label for label, _ in rows], "years_experience": [str(y) for _, y in rows]}
        for rows in (mentor, mentee)
    ]
    programme = Programme.from_frames(*sides)
    return float(Scorer.for_programme(programme).prepare(programme).neutral[0])


def drawn(people):
    """Those people whom the lot over their ids draws first."""
    order = canonical_order([label for label, _ in people], seed=0)
    return [people[k] for k in order[:SAMPLED]]


def test_of_many_people_the_same_are_sampled_in_any_order_of_rows():
    """Sorted by years, the first of a table are far from those whom the lot draws."""
    mentees = [(f"e{k}", k / 15) for k in range(320)]
    mentors = [(f"o{k}", k / 8) for k in range(290)]
    whole = of_experience(mentees, mentors)

    assert whole == of_experience(mentees[::-1], mentors[::-1])
    assert whole == of_experience(mentees[::-1], mentors)
    assert whole == of_experience(drawn(mentees), drawn(mentors))
    for some in (mentees[:SAMPLED], mentees[-SAMPLED:]):
        assert whole != of_experience(some, drawn(mentors))
    for some in (mentors[:SAMPLED], mentors[-SAMPLED:]):
        assert whole != of_experience(drawn(mentees), some)
