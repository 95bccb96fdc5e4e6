"""Deferred acceptance against the definition of stability, by enumeration on tiny cases."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Candidates, deferred_acceptance
from cmmatch.errors import ModelError

NAN = float("nan")


def people(prefix, count):
    return [f"{prefix}{k}" for k in range(count)]


class Market:
    """A tiny market told pair by pair: values of both sides, places and demand, all by id."""

    def __init__(self, mentee_value, mentor_value, places, demand):
        self.mentee_value = mentee_value
        self.mentor_value = mentor_value
        self.places = places
        self.demand = demand

    def __repr__(self):
        return f"Market({self.mentee_value}, {self.mentor_value}, {self.places}, {self.demand})"

    def match(self, *, scores=None, mentee_ids=None, mentor_ids=None, **settings):
        """Run deferred acceptance with people in some order of rows; return pairs of ids."""
        mentee_ids, mentor_ids = mentee_ids or list(self.demand), mentor_ids or list(self.places)
        pairs = list(self.mentee_value)
        frame = {
            "mentee_id": [i for i, _ in pairs],
            "mentor_id": [j for _, j in pairs],
            "score": [(scores or self.mentee_value)[pair] for pair in pairs],
        }
        candidates = Candidates.from_pairs(
            frame, mentee_ids=mentee_ids, mentor_ids=mentor_ids, resolution=1.0
        )
        listed = [
            (mentee_ids[i], mentor_ids[j])
            for i, j in zip(candidates.mentee, candidates.mentor, strict=True)
        ]
        if scores is None:
            for name in ("mentee_value", "mentor_value"):
                values = [getattr(self, name)[pair] for pair in listed]
                settings[name] = np.array(values, dtype=np.int64)
        matching = deferred_acceptance(
            candidates,
            places=[self.places[j] for j in mentor_ids],
            demand=[self.demand[i] for i in mentee_ids],
            **settings,
        )
        return set(matching.pairs)

    def partners(self, pairs, person):
        return [pair for pair in pairs if person in pair]

    def keeps_the_bounds(self, pairs):
        bounds = {**self.places, **self.demand}
        return all(len(self.partners(pairs, who)) <= most for who, most in bounds.items())

    def would(self, pairs, pair, person, value, most):
        """Whether a person has room for a pair, or would drop a worse one for it."""
        have = self.partners(pairs, person)
        worse = any(value[pair] > value[other] for other in have)
        return most > len(have) or (most > 0 and worse)

    def blocking(self, pairs):
        return [
            (i, j)
            for i, j in self.mentee_value
            if (i, j) not in pairs
            if self.would(pairs, (i, j), i, self.mentee_value, self.demand[i])
            if self.would(pairs, (i, j), j, self.mentor_value, self.places[j])
        ]

    def stable_matchings(self):
        every = list(self.mentee_value)
        subsets = itertools.product((False, True), repeat=len(every))
        for picked in subsets:
            pairs = set(itertools.compress(every, picked))
            if self.keeps_the_bounds(pairs) and not self.blocking(pairs):
                yield pairs

    def loads(self, pairs):
        return {who: len(self.partners(pairs, who)) for who in (*self.places, *self.demand)}


@st.composite
def markets(draw, *, strict=False, most_places=2, most_demand=2, least_demand=0):
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    mentees, mentors = people("e", n), people("m", m)
    every = list(itertools.product(mentees, mentors))
    kept = draw(st.lists(st.sampled_from(every), unique=True, max_size=9))

    def values():
        if strict:
            return dict(zip(kept, draw(st.permutations(range(len(kept)))), strict=True))
        return {pair: draw(st.integers(-1, 1)) for pair in kept}

    return Market(
        values(),
        values(),
        {j: draw(st.integers(0, most_places)) for j in mentors},
        {i: draw(st.integers(least_demand, most_demand)) for i in mentees},
    )


sides = st.sampled_from(["mentees", "mentors"])


@given(market=markets(), side=sides, seed=st.integers(0, 5))
def test_nobody_blocks_and_nobody_has_too_many(market, side, seed):
    pairs = market.match(proposing=side, seed=seed)

    assert market.keeps_the_bounds(pairs)
    assert [] == market.blocking(pairs)


@given(market=markets(strict=True))
def test_with_strict_lists_everybody_has_as_many_from_either_side(market):
    ours, theirs = market.match(proposing="mentees"), market.match(proposing="mentors")

    assert market.loads(ours) == market.loads(theirs)
    # Who is left with room has the very same partners.
    for who, most in {**market.places, **market.demand}.items():
        if market.loads(ours)[who] < most:
            assert market.partners(ours, who) == market.partners(theirs, who)


@settings(max_examples=60)
@given(market=markets(strict=True, least_demand=1, most_demand=1))
def test_each_mentee_who_proposes_gets_the_best_of_all_stable_matchings(market):
    pairs = market.match(proposing="mentees")
    stable = list(market.stable_matchings())

    assert pairs in stable
    for other in stable:
        for pair in other:
            mine = [mine for mine in pairs if mine[0] == pair[0]]
            assert mine
            assert market.mentee_value[mine[0]] >= market.mentee_value[pair]


@settings(max_examples=60)
@given(market=markets(strict=True, least_demand=1, most_demand=1))
def test_mentors_who_propose_leave_each_mentee_the_worst_of_all_stable_matchings(market):
    pairs = market.match(proposing="mentors")

    for other in market.stable_matchings():
        for pair in other:
            mine = next(mine for mine in pairs if mine[0] == pair[0])
            assert market.mentee_value[mine] <= market.mentee_value[pair]


@settings(max_examples=60)
@given(market=markets(strict=True), side=sides)
def test_one_strict_score_for_both_sides_gives_the_only_stable_matching(market, side):
    market.mentor_value = market.mentee_value
    greedy = set()
    for pair in sorted(market.mentee_value, key=market.mentee_value.get, reverse=True):
        if market.keeps_the_bounds({*greedy, pair}):
            greedy.add(pair)

    assert [greedy] == list(market.stable_matchings())
    assert greedy == market.match(proposing=side, scores=market.mentee_value)


@given(market=markets(), side=sides, data=st.data())
def test_the_order_of_rows_decides_nothing(market, side, data):
    shuffled = market.match(
        proposing=side,
        mentee_ids=data.draw(st.permutations(list(market.demand))),
        mentor_ids=data.draw(st.permutations(list(market.places))),
    )

    assert shuffled == market.match(proposing=side)


def test_equal_values_are_ranked_by_lots_that_depend_on_the_seed():
    pairs = Candidates.from_matrix([[0.5] * 4])

    drawn = {deferred_acceptance(pairs, seed=seed).mentor.tolist()[0] for seed in range(40)}

    assert {0, 1, 2, 3} == drawn


def test_equal_scores_of_both_sides_give_one_answer_from_either_side():
    pairs = Candidates.from_matrix(np.full((6, 5), 0.5))

    answers = [
        deferred_acceptance(pairs, places=2, demand=2, proposing=side).pairs
        for side in ("mentees", "mentors")
    ]

    assert answers[0] == answers[1]
    assert 10 == len(answers[0])


def test_the_two_sides_get_what_they_want_when_they_propose():
    pairs = Candidates.from_matrix([[0.5, 0.5], [0.5, 0.5]])
    wishes = {"mentee_value": [2, 1, 1, 2], "mentor_value": [1, 2, 2, 1]}

    assert (("0", "0"), ("1", "1")) == deferred_acceptance(pairs, **wishes).pairs
    assert (("0", "1"), ("1", "0")) == deferred_acceptance(
        pairs, proposing="mentors", **wishes
    ).pairs


def test_a_long_chain_of_rejections_ends_right():
    # Mentee 0 takes the place that mentee 1 asked for, who takes that of mentee 2, and so on; each
    # asks once more in a round of its own.
    last = 60
    scores = np.full((last + 1, last + 1), NAN)
    for k in range(last + 1):
        scores[k, [max(k - 1, 0), k]] = 0.5
    pairs = Candidates.from_matrix(scores)
    own = pairs.mentee == pairs.mentor

    matching = deferred_acceptance(pairs, mentee_value=np.where(own, 0, 1), mentor_value=own * 1)

    assert list(range(last + 1)) == matching.mentor.tolist()


def test_nobody_to_match_is_an_empty_matching():
    assert 0 == len(deferred_acceptance(Candidates.from_matrix(np.empty((0, 3)))))
    assert 0 == len(deferred_acceptance(Candidates.from_matrix([[NAN, NAN]])))


def test_fractions_and_huge_whole_numbers_are_told_apart():
    pairs = Candidates.from_matrix([[0.5, 0.5]])

    for values in ([0.1, 0.1 + 1e-15], [2**62, 2**62 + 1], [-(2**63), -(2**63) + 1]):
        assert [1] == deferred_acceptance(pairs, mentee_value=values).mentor.tolist()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"proposing": "both"}, "must be 'mentees' or 'mentors'; given 'both'"),
        ({"places": -1}, "mentor capacity: bounds must not be negative"),
        ({"places": [1, 2, 3]}, "one number for each of the 2 people"),
        ({"demand": 1.5}, "mentee demand: bounds must be whole numbers"),
        # too few values
        ({"mentee_value": [1.0]}, "one number for each of the 2 candidate pairs"),
        # words
        ({"mentor_value": ["a", "b"]}, "'mentor_value' must hold one number"),
        ({"mentor_value": [1.0, NAN]}, "it is NaN for 0 with 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, message):
    with pytest.raises(ModelError, match=message):
        deferred_acceptance(Candidates.from_matrix([[0.5, 0.5]]), **wrong)
