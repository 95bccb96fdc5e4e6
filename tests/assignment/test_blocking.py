"""Blocking pairs against the definition, person by person."""

import numpy as np
import pytest
from tests.tiny_matchings import tiny_matching

from cmmatch import Candidates, Matching, solve
from cmmatch.assignment.blocking import blocking_pairs
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.model import Model
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.errors import ModelError


def blocks_by_hand(tiny, mentee_value, mentor_value):
    """Walk over every candidate and ask both sides in turn."""
    made = set(zip(tiny.matching.mentee.tolist(), tiny.matching.mentor.tolist(), strict=True))
    pairs = list(zip(tiny.candidates.mentee.tolist(), tiny.candidates.mentor.tolist(), strict=True))
    of_mentee, of_mentor = (
        dict(zip(pairs, values, strict=True)) for values in (mentee_value, mentor_value)
    )
    found = []
    for k, (i, j) in enumerate(pairs):
        mine = [of_mentee[i, other] for person, other in made if person == i]
        theirs = [of_mentor[person, j] for person, other in made if other == j]
        mentee_would = len(mine) < tiny.demand[i] or any(of_mentee[i, j] > held for held in mine)
        mentor_would = len(theirs) < tiny.places[j] or any(of_mentor[i, j] > x for x in theirs)
        if (i, j) not in made and mentee_would and mentor_would:
            found.append(k)
    return found


@pytest.mark.parametrize("block", range(4))
def test_blocking_pairs_are_those_of_the_definition(block):
    """Scores alone, and values that the two sides do not share; ties are common."""
    seen = 0
    for seed in range(100 * block, 100 * (block + 1)):
        tiny = tiny_matching(seed)
        own = np.random.default_rng(seed).integers(0, 3, (2, len(tiny.candidates)))
        room = {"places": tiny.places, "demand": tiny.demand}
        plain = blocking_pairs(tiny.candidates, tiny.matching, **room).tolist()
        parted = blocking_pairs(
            tiny.candidates, tiny.matching, **room, mentee_value=own[0], mentor_value=own[1] / 2
        ).tolist()
        score = tiny.candidates.score.tolist()

        assert blocks_by_hand(tiny, score, score) == plain
        assert blocks_by_hand(tiny, own[0].tolist(), own[1].tolist()) == parted
        seen += len(plain) + len(parted)
    assert seen > 100


def test_equals_do_not_block():
    candidates = Candidates.from_matrix([[0.5, 0.5], [0.5, 0.5]])
    made = Matching(np.array([0, 1]), np.array([1, 0]), *ids(candidates))

    assert [] == blocking_pairs(candidates, made, places=1, demand=1).tolist()


def test_whoever_is_free_prefers_anybody_to_nobody():
    candidates = Candidates.from_matrix([[-0.5]])
    nobody = Matching(np.array([], int), np.array([], int), *ids(candidates))

    assert [0] == blocking_pairs(candidates, nobody, places=1, demand=1).tolist()
    assert [] == blocking_pairs(candidates, nobody, places=0, demand=1).tolist()
    assert [] == blocking_pairs(candidates, nobody, places=1, demand=0).tolist()


def test_the_highest_total_may_be_blocked_by_its_best_pair():
    """0.6 + 0.6 beats 1.0 + 0.1, but the pair with 1.0 would rather have each other."""
    candidates = Candidates.from_matrix([[1.0, 0.6], [0.6, 0.1]])
    rules = (MentorCapacity(1), MenteeDemand(1))
    made = solve(Model(candidates, rules, (MostMatched(), TotalScore()))).matching

    assert (("0", "1"), ("1", "0")) == made.pairs
    assert [0] == blocking_pairs(candidates, made, places=1, demand=1).tolist()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"places": [1, 2, 3]}, "places must be"),  # one too many
        ({"places": 1.5}, "places must be"),  # half a place
        ({"demand": [[1], [1]]}, "demand must be"),  # a matrix
        ({"mentee_value": [1.0]}, "one number a candidate, 3"),  # too few
        ({"mentor_value": [1.0, float("nan"), 2.0]}, "none of them NaN"),  # not known
        ({"mentor_value": ["a", "b", "c"]}, "must be numbers"),  # texts
    ],
)
def test_what_does_not_fit_is_refused(change, said):
    candidates = Candidates.from_matrix([[0.5, float("nan")], [0.25, 1.0]])
    made = Matching(np.array([0]), np.array([0]), *ids(candidates))

    with pytest.raises(ModelError, match=said):
        blocking_pairs(candidates, made, **{"places": 1, "demand": 1, **change})


def test_a_pair_that_is_no_candidate_is_refused_by_name():
    candidates = Candidates.from_matrix([[0.5, float("nan")], [0.25, 1.0]])
    wrong = Matching(np.array([0]), np.array([1]), *ids(candidates))

    with pytest.raises(ModelError, match="'0' with '1'"):
        blocking_pairs(candidates, wrong, places=1, demand=1)


def test_a_matching_of_other_people_is_refused():
    candidates = Candidates.from_matrix([[0.5, 0.75]])
    other = Matching(np.array([0]), np.array([0]), *ids(Candidates.from_matrix([[0.5]])))

    with pytest.raises(ModelError, match="same people"):
        blocking_pairs(candidates, other, places=1, demand=1)


def ids(candidates):
    return candidates.source.mentee_ids, candidates.source.mentor_ids
