"""Personality: likeness in few traits, drawn to what is typical; sentences that tell nothing."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.personality import Personality, mean_distance
from cmmatch.compatibility.presets import PRESETS
from cmmatch.compatibility.scorer import built_in_components
from cmmatch.errors import ModelError
from cmmatch.programme.config import Config
from cmmatch.programme.people import TRAITS
from cmmatch.programme.traits import standard_error
from cmmatch.testing import check_component

ANSWERS = ("", "1", "2", "3", "4", "5")
GIVEN = {"privacy": {"personality": "given"}}
SURE = {**GIVEN, "personality": {"reliability": 1.0}}
DIFFERENT = Personality(traits=(), complementary=("openness", "conscientiousness"))


def everybody(config=GIVEN):
    """A programme in which every two answers to both traits meet."""
    answers = list(product(ANSWERS, ANSWERS))
    side = {
        "id": [f"p{k}" for k in range(len(answers))],
        "openness": [openness for openness, _ in answers],
        "conscientiousness": [conscientiousness for _, conscientiousness in answers],
    }
    return Programme.from_frames(side, side, config=config)


def matrix(component, programme):
    """The value of every pair."""
    n, m = len(programme.mentees), len(programme.mentors)
    rows, columns = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    return component.prepare(programme).pairs(rows, columns).reshape(n, m)


def measured(mentees, mentors):
    """A programme from (trait, reliability) of openness and conscientiousness, person by person."""
    sides = [
        {"id": [f"{letter}{k}" for k in range(len(people))]}
        for letter, people in (("o", mentors), ("e", mentees))
    ]
    made = Programme.from_frames(*sides)
    filled = []
    for side, people in ((made.mentors, mentors), (made.mentees, mentees)):
        table = np.full((2, len(people), len(TRAITS)), np.nan)
        table[:, :, :2] = np.array(people).transpose(2, 0, 1)
        table[1][np.isnan(table[0])] = np.nan
        filled.append(replace(side, traits=table[0], trait_reliability=table[1]))
    return made.replace(mentors=filled[0], mentees=filled[1])


TRAIT = st.tuples(
    st.sampled_from([math.nan, 0.0, 0.25, 0.3, 0.7, 1.0]), st.sampled_from([0.05, 0.4, 0.65, 1.0])
)
PEOPLE = st.lists(st.tuples(TRAIT, TRAIT), min_size=1, max_size=5)


@settings(max_examples=40)
@given(PEOPLE, PEOPLE)
@pytest.mark.parametrize("component", [Personality(), DIFFERENT], ids=["alike", "different"])
def test_it_keeps_its_contract_whatever_was_answered_and_how_reliably(component, mentees, mentors):
    check_component(component, measured(mentees, mentors))


@settings(max_examples=60)
@given(PEOPLE, PEOPLE)
def test_the_value_is_the_formula_of_the_docstring(mentees, mentors):
    """Written once more, pair by pair, with the trust from standard errors."""
    found = matrix(Personality(), measured(mentees, mentors))
    pairs = list(product(range(len(mentees)), range(len(mentors))))
    apart = [[abs(mentees[i][k][0] - mentors[j][k][0]) for i, j in pairs] for k in range(2)]
    known = [[each for each in trait if not math.isnan(each)] for trait in apart]
    typical = [1 - round(sum(trait) / len(trait), 3) if trait else math.nan for trait in known]
    used = [k for k in range(2) if not math.isnan(typical[k])]
    for p, (i, j) in enumerate(pairs):
        values = []
        for k in used:
            true = 0.08
            errors = [
                float(standard_error(math.sqrt(true / 2 / r), np.array(r)))
                for r in (mentees[i][k][1], mentors[j][k][1])
            ]
            trust = true / (true + errors[0] ** 2 + errors[1] ** 2)
            likeness = 1 - apart[k][p]
            unknown = math.isnan(likeness)
            values.append(typical[k] if unknown else typical[k] + trust * (likeness - typical[k]))
        blank = all(math.isnan(apart[k][p]) for k in range(2))
        assert found[i, j] == pytest.approx(math.nan if blank else np.mean(values), nan_ok=True)


@given(PEOPLE, PEOPLE, st.floats(0.05, 0.95))
def test_the_less_reliable_the_nearer_to_what_is_typical(mentees, mentors, share):
    made = measured(mentees, mentors)
    doubted = replace(made.mentors, trait_reliability=made.mentors.trait_reliability * share)
    alone = Personality(("openness",))
    before, after = matrix(alone, made), matrix(alone, made.replace(mentors=doubted))
    typical = 1 - round(mean_distance(made.mentees.traits[:, 0], made.mentors.traits[:, 0]), 3)
    moved = np.abs(before - typical) > 1e-12

    assert np.array_equal(np.isnan(before), np.isnan(after))
    assert (np.abs(after - typical)[moved] < np.abs(before - typical)[moved]).all()
    assert (np.sign(after - typical)[moved] == np.sign(before - typical)[moved]).all()


def test_perfect_answers_give_plain_likeness():
    values = matrix(Personality(), everybody(SURE))
    answers = [(5, 5), (1, 1), (1, 3)]
    position = {pair: k for k, pair in enumerate(product(ANSWERS, ANSWERS))}
    one, other, third = (position[str(a), str(b)] for a, b in answers)

    assert [1.0, 0.0, 0.25, 0.75] == pytest.approx(
        [values[one, one], values[one, other], values[one, third], values[other, third]]
    )


def from_items(rows, *items):
    columns = {f"Q{k + 1}": [str(row[k]) for row in rows] for k in range(len(rows[0]))}
    side = {"id": [f"p{k}" for k in range(len(rows))], **columns}
    config = {**GIVEN, "personality": {"key": {"openness": list(items)}, "traits": ["openness"]}}
    made = Programme.from_frames(side, side, config=config)
    return made, matrix(Personality(traits=("openness",)), made)


def test_two_items_move_the_value_less_than_four_with_the_same_raw_answers():
    """And two items with reverse keys count as the four they are doubled into."""
    twice = [(a, b) for a in range(1, 6) for b in range(1, 6)]
    short, two = from_items(twice, "Q1", "-Q2")
    long, four = from_items([(*row, *row) for row in twice], "Q1", "-Q2", "Q3", "-Q4")
    apart = np.abs(short.mentees.traits[:, :1] - short.mentors.traits[:, 0])
    typical = 1 - round(float(apart.mean()), 3)

    assert np.array_equal(short.mentees.traits, long.mentees.traits, equal_nan=True)
    assert (np.abs(two - typical) < np.abs(four - typical)).all()
    assert (np.abs(four - typical) < np.abs(1 - apart - typical)).all()


def test_who_answered_fewer_items_counts_less():
    rows = [(a, a, a, a) for a in range(1, 6)] + [(5, 5, "", ""), (5, 5, 5, "")]
    made, values = from_items(rows, "Q1", "Q2", "Q3", "Q4")
    typical = 1 - round(mean_distance(made.mentees.traits[:, 0], made.mentors.traits[:, 0]), 3)
    far, near = values[0], values[4]

    assert made.mentees.traits[4, 0] == made.mentees.traits[5, 0]
    assert abs(far[4] - typical) > abs(far[6] - typical) > abs(far[5] - typical) > 0
    assert abs(near[4] - typical) > abs(near[6] - typical) > abs(near[5] - typical) > 0


def test_nobody_gains_on_average_by_being_hard_to_read():
    """With the same answers, the mean over all partners stays what it is."""
    rng = np.random.default_rng(4)
    mentors = [((x, 0.7), (y, 0.7)) for x, y in rng.random((50, 2))]
    means = []
    for reliability in (0.05, 0.4, 0.9):
        mentees = [((x, reliability), (y, reliability)) for x, y in rng.random((200, 2))]
        means.append(matrix(Personality(), measured(mentees, mentors)).mean())

    assert pytest.approx(2 / 3, abs=0.02) == means[0] == pytest.approx(means[2], abs=0.02)


def test_a_trait_that_one_of_the_two_left_blank_counts_as_typical():
    mentees = [((0.5, 1.0), (0.5, 1.0)), ((0.5, 1.0), (math.nan, 1.0))]
    mentors = [((0.5, 1.0), (0.5, 1.0)), ((0.5, 1.0), (0.1, 1.0))]
    values = matrix(Personality(), measured(mentees, mentors))

    # Conscientiousness is typically 0.2 apart; openness is the same for all.
    assert [[1.0, 0.8], [0.9, 0.9]] == [pytest.approx(row) for row in values.tolist()]


def test_a_trait_that_nobody_answered_on_one_side_does_not_count_for_anybody():
    mentees = {"id": ["e", "f"], "openness": ["5", "1"], "conscientiousness": ["", ""]}
    mentors = {"id": ["o"], "openness": ["4"], "conscientiousness": ["1"]}
    made = Programme.from_frames(mentors, mentees, config=SURE)

    assert [[0.75], [0.25]] == matrix(Personality(), made).tolist()


def test_likeness_does_not_ask_who_is_who():
    values = matrix(Personality(), everybody())

    assert np.array_equal(values, values.T, equal_nan=True)


@settings(max_examples=30)
@given(PEOPLE, PEOPLE)
def test_where_a_difference_counts_the_value_is_the_opposite(mentees, mentors):
    made = measured(mentees, mentors)

    assert 1 - matrix(Personality(), made) == pytest.approx(matrix(DIFFERENT, made), nan_ok=True)


def test_a_difference_counts_only_in_the_traits_that_are_set_so():
    made = everybody(SURE)
    mixed = matrix(Personality(("openness",), ("conscientiousness",)), made)
    position = {pair: k for k, pair in enumerate(product(ANSWERS, ANSWERS))}

    assert mixed[position["3", "1"], position["3", "5"]] == pytest.approx(1.0)
    assert mixed[position["3", "1"], position["3", "1"]] == pytest.approx(0.5)
    assert mixed[position["1", "1"], position["5", "1"]] == pytest.approx(0.0)


WAYS = [
    Personality(),
    Personality(("openness",)),
    Personality(("openness",), ("conscientiousness",)),
    DIFFERENT,
]


@pytest.mark.parametrize("component", WAYS, ids=lambda each: f"{each.traits}{each.complementary}")
def test_what_one_hears_does_not_depend_on_what_the_other_answered(component):
    """Only on whether there are answers to compare; so nobody can work out the other's."""
    made = everybody()
    prepared = component.prepare(made)
    which = [TRAITS.index(trait) for trait in component.compared]
    blank = np.isnan(made.mentors.traits[:, which])
    for i in range(36):
        said: dict[tuple[bool, ...], set[str]] = {}
        for j in range(36):
            said.setdefault(tuple(blank[j]), set()).add(prepared.reason(i, j))
        assert all(len(sentences) == 1 for sentences in said.values())


@pytest.mark.parametrize("component", WAYS, ids=lambda each: f"{each.traits}{each.complementary}")
def test_no_sentence_tells_a_trait_a_level_or_a_direction(component):
    prepared = component.prepare(everybody())
    said = {(i, j): prepared.reason(i, j) for i in range(36) for j in range(36)}
    words = {word.strip(".:;").casefold() for each in said.values() for word in each.split()}
    telling = {"open", "high", "low", "higher", "lower", "more", "less", "alike", "different"}

    assert 2 == len(set(said.values()))
    assert all(said[i, j] == said[j, i] for i, j in said)
    assert not words & {*TRAITS, *telling}
    assert not any(letter.isdigit() for word in words for letter in word)


def test_only_a_missing_answer_is_not_known():
    made = everybody()
    values, prepared = matrix(Personality(), made), Personality().prepare(made)

    assert all(
        prepared.reason(i, j).startswith("Not known") == math.isnan(values[i, j])
        for i in range(36)
        for j in range(36)
    )


def test_a_trait_that_does_not_exist_is_refused():
    with pytest.raises(ModelError, match=r"given 'opennes'\. Did you mean 'openness'\?"):
        Personality(traits=("opennes",))
    with pytest.raises(ModelError, match="given 'calm'"):
        Personality(complementary=("calm",))


def test_a_trait_cannot_both_be_alike_and_differ():
    with pytest.raises(ModelError, match="'openness' stands twice"):
        Personality(complementary=("openness",))


def test_it_applies_where_both_sides_have_the_same_trait():
    sides = {"id": ["a"], "openness": ["3"]}, {"id": ["b"], "conscientiousness": ["3"]}
    apart = Programme.from_frames(*sides, config=GIVEN)
    alike = Programme.from_frames(sides[0], {**sides[0], "id": ["b"]}, config=GIVEN)

    assert not Personality().applies(apart)
    assert Personality().applies(alike)
    assert not Personality(traits=("conscientiousness",)).applies(alike)


def set_up(**personality):
    config = Config.model_validate({"personality": personality})
    (found,) = [each for each in built_in_components(config) if each.name == "personality"]
    return found


def test_by_default_only_likeness_in_two_traits_counts_with_weight_3():
    assert Personality() == set_up()
    assert ("openness", "conscientiousness") == Personality().compared
    assert 3 == PRESETS["career"].weights["personality"]


def test_other_traits_and_differences_need_a_setting():
    found = set_up(traits=["agreeableness"], complementary=["extraversion"])

    assert Personality(("agreeableness",), ("extraversion",)) == found


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
)
def test_the_mean_distance_is_that_over_all_pairs(one, other):
    expected = np.abs(np.subtract.outer(one, other)).mean()

    assert pytest.approx(expected, abs=1e-12) == mean_distance(np.array(one), np.array(other))
