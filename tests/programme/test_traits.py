"""Traits from items."""

import numpy as np
import pytest

from cmmatch.programme.people import TRAITS
from cmmatch.programme.traits import KEYS, scale_trait, score_items


def test_reversed_items_count_the_other_way_round():
    answers = np.array([[6.0, 1.0], [1.0, 6.0], [3.0, 3.0]])
    scores = score_items(answers, np.array([False, True]), scale=(1, 6), minimum_answered=1.0)

    assert [1.0, 0.0, 0.5] == pytest.approx(scores.tolist())


@pytest.mark.parametrize(
    ("least", "known"),
    [(0.0, [True, True, False]), (0.5, [True, True, False]), (0.75, [True, False, False])],
)
def test_too_few_answers_are_unknown_and_none_always_is(least, known):
    nan = np.nan
    answers = np.array([[1.0, 2.0, 3.0, nan], [1.0, 2.0, nan, nan], [nan, nan, nan, nan]])
    scores = score_items(answers, np.zeros(4, bool), scale=(1, 5), minimum_answered=least)

    assert known == (~np.isnan(scores)).tolist()


def test_a_blank_item_is_left_out_not_counted_as_the_lowest():
    scores = score_items(
        np.array([[5.0, np.nan]]), np.zeros(2, bool), scale=(1, 5), minimum_answered=0.5
    )

    assert [1.0] == scores.tolist()


@pytest.mark.parametrize(("instrument", "items"), [("mini_ipip", 4), ("ipip_25", 5)])
def test_shipped_keys_name_each_item_once_and_every_trait(instrument, items):
    key = KEYS[instrument]
    names = [item.lstrip("-") for trait in TRAITS for item in key[trait]]

    assert set(TRAITS) == set(key)
    assert items * 5 == len(set(names)) == len(names)


def test_the_mini_ipip_key_is_the_published_one():
    """Reversed items of Donnellan et al. 2006: 6 to 10 and 15 to 20."""
    reverse = sorted(
        int(i[5:]) for items in KEYS["mini_ipip"].values() for i in items if i[0] == "-"
    )

    assert [6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20] == reverse


def test_ready_columns_are_scaled():
    assert [0.0, 0.5, 1.0] == scale_trait(np.array([1.0, 4.0, 7.0]), scale=(1, 7)).tolist()
