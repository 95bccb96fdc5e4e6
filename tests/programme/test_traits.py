"""Traits from items: keys, minimum answered, consistency, reliability."""

import csv
import os
from dataclasses import replace
from pathlib import Path
from statistics import covariance, variance

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.programme.fingerprint import fingerprint
from cmmatch.programme.instruments import INSTRUMENTS
from cmmatch.programme.loading import load_frames
from cmmatch.programme.people import TRAITS
from cmmatch.programme.programme import Programme
from cmmatch.programme.trait_reader import least_alpha
from cmmatch.programme.traits import (
    against_the_rest,
    cronbach_alpha,
    keyed_answers,
    scale_trait,
    score_items,
    spearman_brown,
    standard_error,
)

NAN = np.nan


def test_reversed_items_count_the_other_way_round():
    answers = np.array([[6.0, 1.0], [1.0, 6.0], [3.0, 3.0]])
    scores = score_items(answers, np.array([False, True]), scale=(1, 6), minimum_answered=1.0)

    assert [1.0, 0.0, 0.5] == pytest.approx(scores.tolist())


@pytest.mark.parametrize(
    ("least", "known"),
    [(0.0, [True, True, False]), (0.5, [True, True, False]), (0.75, [True, False, False])],
)
def test_too_few_answers_are_unknown_and_none_always_is(least, known):
    answers = np.array([[1.0, 2.0, 3.0, NAN], [1.0, 2.0, NAN, NAN], [NAN, NAN, NAN, NAN]])
    scores = score_items(answers, np.zeros(4, bool), scale=(1, 5), minimum_answered=least)

    assert known == (~np.isnan(scores)).tolist()


def test_a_blank_item_is_left_out_not_counted_as_the_lowest():
    scores = score_items(
        np.array([[5.0, NAN]]), np.zeros(2, bool), scale=(1, 5), minimum_answered=0.5
    )

    assert [1.0] == scores.tolist()


def test_ready_columns_are_scaled():
    assert [0.0, 0.5, 1.0] == scale_trait(np.array([1.0, 4.0, 7.0]), scale=(1, 7)).tolist()


# Three items, four people, by hand: the items' variances are 5/3, 5/3 and 2/3, 4 in all; the
# sums of the people are 4, 5, 8 and 11, of variance 10; so alpha is 3/2 * (1 - 4/10) = 0.9.
BY_HAND = np.array([[1.0, 2.0, 1.0], [2.0, 1.0, 2.0], [3.0, 3.0, 2.0], [4.0, 4.0, 3.0]])


def test_alpha_is_what_a_hand_reckons():
    assert (pytest.approx(0.9), 4) == cronbach_alpha(BY_HAND)


def test_who_left_an_item_blank_does_not_count_in_alpha():
    with_blanks = np.vstack([BY_HAND, [5.0, NAN, 1.0], [NAN, NAN, NAN]])

    assert cronbach_alpha(BY_HAND) == cronbach_alpha(with_blanks)


def test_alpha_of_one_item_of_one_person_or_of_no_difference_is_unknown():
    for keyed in (BY_HAND[:, :1], BY_HAND[:1], np.full((5, 3), 2.0), np.empty((0, 4))):
        alpha, n = cronbach_alpha(keyed)
        assert np.isnan(alpha)
        assert n == len(keyed)


def test_items_that_cancel_have_an_alpha_below_everything():
    assert (-np.inf, 3) == cronbach_alpha(np.array([[1.0, 5.0], [2.0, 4.0], [4.0, 2.0]]))


@given(st.permutations(range(40)), st.integers(0, 1000))
def test_alpha_has_the_same_bits_in_any_order_of_people(order, seed):
    keyed = np.random.default_rng(seed).random((40, 4))

    assert cronbach_alpha(keyed) == cronbach_alpha(keyed[order])


def test_the_item_that_is_keyed_wrongly_is_the_one_against_the_rest():
    keyed = np.column_stack([BY_HAND, 5 - BY_HAND[:, 0]])

    assert [False, False, False, True] == against_the_rest(keyed).tolist()


def test_half_the_items_are_less_reliable_and_all_of_them_just_as_declared():
    found = spearman_brown(0.8, np.array([1.0, 0.5, 2.0]))

    assert [0.8, 2 / 3, 8 / 9] == pytest.approx(found.tolist())


def test_perfect_answers_stay_perfect_however_few():
    assert [1.0, 1.0] == spearman_brown(1.0, np.array([1.0, 0.25])).tolist()


def test_the_standard_error_is_nothing_for_perfect_answers_and_the_spread_for_noise():
    assert [0.0, 0.2] == standard_error(0.2, np.array([1.0, 0.0])).tolist()


def table(rows, *, prefix="A", **more):
    """Each row the answers to Q1, Q2, ...; NaN is a blank."""
    cells = [["" if np.isnan(cell) else f"{cell:g}" for cell in column] for column in rows.T]
    return {
        "id": [f"{prefix}{k}" for k in range(len(rows))],
        **{f"Q{k + 1}": column for k, column in enumerate(cells)},
        **more,
    }


def settings(*items, **personality):
    return {
        "privacy": {"personality": "given"},
        "personality": {"key": {"openness": list(items)}, **personality},
    }


def test_who_answered_fewer_items_is_trusted_less_and_who_answered_none_is_unknown():
    rows = np.array([[3.0, 3, 3, 3], [3, 3, NAN, NAN], [3, NAN, NAN, NAN], [NAN] * 4])
    items = ("Q1", "Q2", "Q3", "Q4")
    made = Programme.from_frames(
        table(rows), table(rows, prefix="E"), config=settings(*items, reliability=0.7)
    )
    openness = TRAITS.index("openness")

    # The minimum share is a half, so that the third is unknown too.
    expected = [0.7, 0.5 * 0.7 / (1 - 0.5 * 0.7), NAN, NAN]
    assert expected == pytest.approx(made.mentors.trait_reliability[:, openness], nan_ok=True)
    assert np.array_equal(np.isnan(made.mentors.traits), np.isnan(made.mentors.trait_reliability))


def test_a_trait_without_consent_has_no_reliability():
    mentors = {"id": ["A1"], "openness": ["3"], "consent_personality": ["no"]}
    made = Programme.from_frames(mentors, {"id": ["E1"]})

    assert np.isnan(made.mentors.trait_reliability).all()


def test_the_fingerprint_covers_the_reliability():
    mentors = {"id": ["A1"], "openness": ["3"]}
    made = Programme.from_frames(
        mentors, {"id": ["E1"]}, config={"privacy": {"personality": "given"}}
    )
    other = replace(made.mentors, trait_reliability=made.mentors.trait_reliability + 0.1)

    assert fingerprint(made) != fingerprint(made.replace(mentors=other))


def together(n, seed=0):
    """Answers from 1 to 5 to four items of one trait."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(3, 1, n)
    return np.clip(np.rint(trait[:, None] + rng.normal(0, 0.7, (n, 4))), 1, 5)


def noted(rows, *items, **personality):
    loaded = load_frames(
        table(rows), table(together(5), prefix="E"), config=settings(*items, **personality)
    )
    return [str(fault) for fault in loaded.faults]


def test_items_that_go_together_are_not_noted():
    assert not noted(together(60), "Q1", "Q2", "Q3", "Q4")


def test_an_item_keyed_wrongly_is_noted_by_name_with_the_count():
    (note,) = noted(together(60), "Q1", "-Q2", "Q3", "Q4")

    assert "[items-inconsistent]" in note
    assert "alpha of openness is " in note
    assert "over 60 complete answers; against the others run -Q2." in note
    assert "A reversed item may be keyed wrongly" in note


def test_fewer_than_thirty_complete_answers_are_too_few_to_note():
    blank = together(60)
    blank[29:, 0] = NAN

    assert not noted(blank, "Q1", "-Q2", "Q3", "Q4")
    assert noted(together(30), "Q1", "-Q2", "Q3", "Q4")


def test_answers_without_consent_are_not_reckoned_with():
    rows = together(60)
    consent = ["yes"] * 20 + ["no"] * 40
    config = {"personality": {"key": {"openness": ["Q1", "-Q2", "Q3", "Q4"]}}}
    mentees = table(together(5), prefix="E", consent_personality=["yes"] * 5)
    loaded = load_frames(table(rows, consent_personality=consent), mentees, config=config)

    assert not list(loaded.faults)


def test_two_items_are_judged_by_what_two_items_can_reach():
    """An alpha of 0.4 is a warning for four items and quite usual for two."""
    rng = np.random.default_rng(3)
    trait = rng.normal(0, 1, 2000)
    keyed = trait[:, None] + rng.normal(0, 1.73, (2000, 2))
    alpha, _ = cronbach_alpha(keyed)

    assert least_alpha(2) < alpha < least_alpha(4)


@pytest.mark.parametrize(
    ("personality", "code", "says"),
    [
        ({"traits": ["opennes"]}, "setting-choice", "Did you mean 'openness'?"),
        ({"complementary": ["neurotism"]}, "setting-choice", "Did you mean 'neuroticism'?"),
        ({"complementary": ["openness"]}, "setting-inconsistent", "in both; here openness"),
        ({"traits": ["openness", "openness"]}, "setting-inconsistent", "not twice"),
        ({"reliability": 0}, "setting-range", "greater than 0"),
        ({"reliability": 1.2}, "setting-range", "1 or less"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_a_fault(personality, code, says):
    loaded = load_frames({"id": ["A1"]}, {"id": ["E1"]}, config={"personality": personality})

    (fault,) = loaded.faults
    assert code == fault.code
    assert says in str(fault)


REAL = Path(os.environ.get("CMMATCH_SHARED", Path(__file__).resolve().parents[3] / "shared"))
DEVELOPERS = REAL / "data" / "developers_2025"
needs_real_answers = pytest.mark.skipif(
    not DEVELOPERS.is_dir(), reason="the real answers to 25 items are not on this machine"
)


def real_rows(name):
    with (DEVELOPERS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain_alpha(rows, items):
    """Cronbach's alpha once more, from the variances and covariances of the items."""
    turned = [
        [7 - int(row[i[1:]]) if i[0] == "-" else int(row[i]) for i in items]
        for row in rows
        if all(row[i.removeprefix("-")] for i in items)
    ]
    columns = list(zip(*turned, strict=True))
    own = sum(variance(column) for column in columns)
    shared = sum(
        covariance(one, other)
        for k, one in enumerate(columns)
        for n, other in enumerate(columns)
        if k != n
    )
    return len(items) / (len(items) - 1) * shared / (own + shared), len(turned)


@needs_real_answers
@pytest.mark.parametrize("name", ["mentors", "mentees"])
def test_alpha_of_real_answers_is_that_of_plain_code(name):
    rows = real_rows(name)
    for trait in TRAITS:
        items = INSTRUMENTS["ipip_25"].key[trait]
        cells = [[row[i.removeprefix("-")] for i in items] for row in rows]
        answers = np.array([[float(cell) if cell else NAN for cell in row] for row in cells])
        reverse = np.array([item[0] == "-" for item in items])
        alpha, n = cronbach_alpha(keyed_answers(answers, reverse, scale=(1, 6)))
        expected, count = plain_alpha(rows, items)

        assert (pytest.approx(expected), count) == (alpha, n)
        assert 0.5 < alpha < 0.9


@needs_real_answers
def test_real_answers_are_noted_only_where_the_key_is_wrong():
    key = {trait: list(items) for trait, items in INSTRUMENTS["ipip_25"].key.items()}
    tables = [pd.read_csv(DEVELOPERS / f"{name}.csv", dtype=str) for name in ("mentors", "mentees")]
    wrong = {**key, "conscientiousness": ["C1", "C2", "C3", "C4", "-C5"]}
    found = [
        [
            (fault.table, fault.problem.rpartition("; ")[2])
            for fault in load_frames(
                *tables,
                config={
                    "privacy": {"personality": "given"},
                    "personality": {"key": each, "scale": [1, 6]},
                },
            ).faults
            if fault.code == "items-inconsistent"
        ]
        for each in (key, wrong)
    ]

    assert [] == found[0]
    assert [(table, "against the others run C4.") for table in ("mentees", "mentors")] == found[1]
