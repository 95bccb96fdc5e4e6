"""Personality: similarity in few traits, and a sentence that gives nobody away."""

import math
from itertools import product

import numpy as np
import pytest

from cmmatch import Programme
from cmmatch.compatibility.personality import Personality
from cmmatch.errors import ModelError
from cmmatch.programme.people import TRAITS

ANSWERS = ("", "1", "2", "3", "4", "5")
GIVEN = {"privacy": {"personality": "given"}}


def everybody():
    """A programme in which every two answers to both traits meet."""
    answers = list(product(ANSWERS, ANSWERS))
    side = {
        "id": [f"p{k}" for k in range(len(answers))],
        "openness": [openness for openness, _ in answers],
        "conscientiousness": [conscientiousness for _, conscientiousness in answers],
    }
    return Programme.from_frames(side, side, config=GIVEN)


def test_likeness_does_not_ask_who_is_who():
    values = Personality().prepare(everybody()).rows(np.arange(36))

    assert np.array_equal(values, values.T, equal_nan=True)


def test_a_trait_known_on_one_side_only_is_left_out():
    mentees = {"id": ["e"], "openness": ["5"], "conscientiousness": [""]}
    mentors = {"id": ["o"], "openness": ["4"], "conscientiousness": ["1"]}
    made = Programme.from_frames(mentors, mentees, config=GIVEN)

    assert [[0.75]] == Personality().prepare(made).rows(np.array([0])).tolist()


def test_no_sentence_tells_a_trait_a_level_or_a_direction():
    """The sentence is one of four, and is the same for two people the other way round."""
    prepared = Personality().prepare(everybody())
    said = {(i, j): prepared.reason(i, j) for i in range(36) for j in range(36)}
    words = {word.strip(".:").casefold() for each in said.values() for word in each.split()}

    assert 4 == len(set(said.values()))
    assert all(said[i, j] == said[j, i] for i, j in said)
    assert not words & {*TRAITS, "open", "high", "low", "higher", "lower", "more", "less"}
    assert not any(letter.isdigit() for word in words for letter in word)


def test_only_a_missing_answer_is_not_known():
    prepared = Personality().prepare(everybody())
    values = prepared.rows(np.arange(36))

    assert all(
        prepared.reason(i, j).startswith("Not known") == math.isnan(values[i, j])
        for i in range(36)
        for j in range(36)
    )


def test_a_trait_that_does_not_exist_is_refused():
    with pytest.raises(ModelError, match=r"given 'opennes'\. Did you mean 'openness'\?"):
        Personality(traits=("opennes",))


def test_it_applies_where_both_sides_have_the_same_trait():
    sides = {"id": ["a"], "openness": ["3"]}, {"id": ["b"], "conscientiousness": ["3"]}
    apart = Programme.from_frames(*sides, config=GIVEN)
    alike = Programme.from_frames(sides[0], {**sides[0], "id": ["b"]}, config=GIVEN)

    assert not Personality().applies(apart)
    assert Personality().applies(alike)
    assert not Personality(traits=("conscientiousness",)).applies(alike)
