"""Envy and its violations up to one mentor against plain loops, and what is printed of them."""

import itertools

import numpy as np
import pytest
from tests.tiny_matchings import tiny_matching, uneven_matching

from cmmatch import Candidates, Matching
from cmmatch.analysis import envy
from cmmatch.analysis.envy import Envy, ef1_violations
from cmmatch.analysis.stability import Stability
from cmmatch.assignment.blocking import blocking_pairs


class ByHand:
    """The definitions, read aloud."""

    def __init__(self, tiny):
        pairs = zip(tiny.candidates.mentee.tolist(), tiny.candidates.mentor.tolist(), strict=True)
        self.score = dict(zip(pairs, tiny.candidates.score.tolist(), strict=True))
        self.demand = tiny.demand.tolist()
        self.mentors = [
            {
                int(j)
                for i, j in zip(tiny.matching.mentee, tiny.matching.mentor, strict=True)
                if i == k
            }
            for k in range(tiny.candidates.shape[0])
        ]

    def envies(self, i, other):
        """I would rather have one of the other's mentors."""
        mine = self.mentors[i]
        return any(
            (i, j) in self.score
            and j not in mine
            and (
                len(mine) < self.demand[i]
                or any(self.score[i, j] > self.score[i, held] for held in mine)
            )
            for j in self.mentors[other]
        )

    def worth(self, i, mentors):
        """Sum of the best scores, as many as are wanted."""
        scores = sorted((self.score.get((i, j), 0) for j in mentors), reverse=True)
        return sum(scores[: self.demand[i]])

    def violates(self, i, other):
        """Whichever mentor is left out, I value the rest above what I have."""
        theirs = self.mentors[other]
        mine = self.worth(i, self.mentors[i])
        return bool(theirs) and all(self.worth(i, theirs - {g}) > mine for g in theirs)


@pytest.mark.parametrize("block", range(4))
@pytest.mark.parametrize("at_once", [1, 2_000_000])
def test_envy_is_that_of_the_definition(block, at_once, monkeypatch):
    """However many meetings are looked at together."""
    monkeypatch.setattr(envy, "AT_ONCE", at_once)
    seen = 0
    for seed in range(100 * block, 100 * (block + 1)):
        tiny = tiny_matching(seed, least=0 if seed % 2 else -2)
        hand = ByHand(tiny)
        found = Envy.of(tiny.candidates, tiny.matching, tiny.demand)
        n = len(hand.mentors)
        cases = [(i, k) for i, k in itertools.permutations(range(n), 2) if hand.envies(i, k)]
        matched = [i for i in range(n) if hand.mentors[i]]
        pairs = [(i, k) for i, k in cases if i in matched]

        seen += len(pairs)
        assert len(pairs) == found.pairs
        assert len({i for i, _ in pairs}) == found.mentees
        assert len(matched) == found.matched
        assert len({i for i, _ in cases if i not in matched}) == found.without
        if min(hand.score.values(), default=0) < 0:
            assert found.bundles is None
    assert seen > 80


@pytest.mark.parametrize("at_once", [1, 2_000_000])
def test_ef1_is_that_of_the_definition(at_once, monkeypatch):
    """Tiny programmes at random, and mentors handed out unevenly, where it is violated often."""
    monkeypatch.setattr(envy, "AT_ONCE", at_once)
    drawn = [tiny_matching(seed, least=0) for seed in range(150)]
    drawn += [uneven_matching(seed) for seed in range(150)]
    seen = 0
    for tiny in drawn:
        hand = ByHand(tiny)
        matched = [i for i, mine in enumerate(hand.mentors) if mine]
        expected = sum(hand.violates(i, k) for i, k in itertools.permutations(matched, 2))

        assert expected == ef1_violations(tiny.candidates, tiny.matching, tiny.demand)
        seen += expected
    assert seen > 20


@pytest.mark.parametrize("seed", range(0, 90, 3))
def test_with_a_demand_of_one_ef1_always_holds(seed):
    tiny = tiny_matching(seed, least=0)

    assert max(tiny.demand) <= 1
    assert 0 == ef1_violations(tiny.candidates, tiny.matching, tiny.demand)


@pytest.mark.parametrize("seed", range(60))
def test_blocking_pairs_are_listed_by_id_the_highest_score_first(seed):
    tiny = tiny_matching(seed)
    room = {"places": tiny.places, "demand": tiny.demand}
    found = Stability.of(tiny.candidates, tiny.matching, **room)
    columns = blocking_pairs(tiny.candidates, tiny.matching, **room)
    listed = {(int(each.mentee_id), int(each.mentor_id)): each.score for each in found.blocking}

    assert found.stable == (len(columns) == 0)
    assert listed == {
        (int(tiny.candidates.mentee[k]), int(tiny.candidates.mentor[k])): pytest.approx(
            tiny.candidates.score[k] / 10**6
        )
        for k in columns
    }
    scores = [each.score for each in found.blocking]
    assert sorted(scores, reverse=True) == scores


def crossed(**how):
    candidates = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]], **how)
    source = candidates.source
    made = Matching(np.array([0, 1]), np.array([1, 0]), source.mentee_ids, source.mentor_ids)
    ones = np.ones(2, np.int64)
    return Stability.of(candidates, made, places=ones, demand=ones, words=("coachees", "coaches"))


def test_a_text_says_who_and_fits_a_terminal():
    text = str(crossed())

    assert "Blocking pairs: 1, of 1 coachees and 1 coaches" in " ".join(text.split())
    assert "  0 with 0: 0.90" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_notebook_shows_ids_as_text():
    page = crossed(mentee_ids=["<b>", "x"])._repr_html_()

    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_a_stable_matching_says_so():
    candidates = Candidates.from_matrix([[0.5]])
    source = candidates.source
    made = Matching(np.array([0]), np.array([0]), source.mentee_ids, source.mentor_ids)
    one = np.ones(1, np.int64)
    found = Stability.of(candidates, made, places=one, demand=one)

    assert found.stable
    assert "Stable: no two" in str(found)
    assert "Stable: no two" in found._repr_html_()
