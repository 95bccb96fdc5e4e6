"""Candidates from matrices and from lists of pairs."""

import numpy as np
import pytest

from cmmatch import Candidates
from cmmatch.errors import CmmatchWarning, ModelError


def test_nan_means_not_eligible_and_nothing_else_is_dropped():
    candidates = Candidates.from_matrix([[0.0, np.nan], [-1.0, 0.25]])

    assert [(0, 0), (1, 0), (1, 1)] == list(zip(candidates.mentee, candidates.mentor, strict=True))
    assert [0, -1_000_000, 250_000] == candidates.score.tolist()


def test_rounding_that_changes_a_score_is_said():
    with pytest.warns(CmmatchWarning, match="1 of 2 scores were rounded to multiples of 1e-06"):
        Candidates.from_matrix([[0.5, 1 / 3]])


def test_pairs_and_matrix_give_the_same_candidates():
    listed = Candidates.from_pairs(
        {"mentee_id": ["b", "a", "b"], "mentor_id": ["x", "y", "y"], "score": [0.5, 0.25, 1.0]}
    )
    dense = Candidates.from_matrix([[np.nan, 0.25], [0.5, 1.0]])

    for name in ("mentee", "mentor", "score"):
        assert np.array_equal(getattr(dense, name), getattr(listed, name))
    rows = np.arange(2)
    assert np.array_equal(dense.source.block(rows), listed.source.block(rows), equal_nan=True)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"mentee_ids": ["a"]}, "one id for each row"),  # too few ids
        ({"mentee_ids": ["a", "a"]}, "Ids must be unique.*: a"),  # an id twice
    ],
)
def test_ids_are_checked(settings, message):
    with pytest.raises(ModelError, match=message):
        Candidates.from_matrix([[0.5], [0.5]], **settings)


@pytest.mark.parametrize(
    ("pairs", "settings", "message"),
    [
        # the same pair two times
        ({"mentee_id": ["a", "a"], "mentor_id": ["x", "x"], "score": [1, 0]}, {}, "a with x"),
        # a pair names somebody who is not listed
        (
            {"mentee_id": ["a"], "mentor_id": ["x"], "score": [1]},
            {"mentor_ids": ["y"]},
            "missing: x",
        ),
        # a blank score
        ({"mentee_id": ["a"], "mentor_id": ["x"], "score": [np.nan]}, {}, "finite"),
    ],
)
def test_faulty_lists_of_pairs_are_refused(pairs, settings, message):
    with pytest.raises(ModelError, match=message):
        Candidates.from_pairs(pairs, **settings)


def test_index_finds_kept_pairs_only():
    candidates = Candidates.from_matrix([[0.1, np.nan], [np.nan, 0.2]])

    assert [0, -1, 1] == candidates.index(np.array([0, 0, 1]), np.array([0, 1, 1])).tolist()


def test_the_least_score_itself_is_kept_and_a_millionth_less_is_not():
    """0.57 of a million is 569999.9999999999 as a float."""
    given = Candidates.from_matrix([[0.569999, 0.57]])
    kept = Candidates.from_source(given.source, min_score=0.57)

    assert [1] == kept.mentor.tolist()


def test_the_resolution_of_the_scores_is_kept():
    given = Candidates.from_matrix([[0.5, 0.25]], resolution=0.01)
    kept = Candidates.from_source(given.source, min_score=0.4)

    assert ([50], 0.5) == (kept.score.tolist(), kept.to_score(50))


def test_ids_may_be_an_array():
    ids = np.array(["a", "b"], dtype=object)
    pairs = {"mentee_id": ["a"], "mentor_id": ["x"], "score": [0.5]}

    assert (2, 1) == Candidates.from_pairs(pairs, mentee_ids=ids).shape


def test_a_large_score_on_the_grid_is_not_called_rounded():
    """Warnings are errors here."""
    assert [99_999_999_999] == Candidates.from_matrix([[99_999.999999]]).score.tolist()
