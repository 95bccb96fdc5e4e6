"""Lotteries: optimal against a linear programme, exact over all branches, legal in every draw."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import binom
from tests.assignment.branches import every_branch

import cmmatch
from cmmatch import Candidates, PairLimit, Termination
from cmmatch.assignment import circulation, constraints, objectives
from cmmatch.errors import ModelError, NoMatching, SolverDisagreement

NAN = float("nan")
CAPS = [Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(2, 3), Fraction(3, 4)]


class Case:
    """A tiny lottery, told by people and pairs, that can be put into any order of rows."""

    def __init__(self, scores, caps, places, minimum, demand, limits):
        self.scores, self.caps = scores, caps
        self.places, self.minimum, self.demand = places, minimum, demand
        self.limits = limits

    def __repr__(self):
        return f"Case({', '.join(map(repr, vars(self).values()))})"

    def run(self, *, mentee_ids=None, mentor_ids=None, backwards=False):
        mentee_ids, mentor_ids = mentee_ids or list(self.demand), mentor_ids or list(self.places)
        frame = {
            "mentee_id": [i for i, _ in self.scores],
            "mentor_id": [j for _, j in self.scores],
            "score": list(self.scores.values()),
        }
        candidates = Candidates.from_pairs(
            frame, mentee_ids=mentee_ids, mentor_ids=mentor_ids, resolution=1.0
        )
        listed = pairs_of(candidates)
        limits = [
            PairLimit(name, [k for k, pair in enumerate(listed) if pair in held], least, most)
            for name, (held, least, most) in self.limits.items()
        ]
        return cmmatch.lottery(
            candidates,
            cap=np.array([self.caps[pair] for pair in listed], dtype=object),
            places=[self.places[j] for j in mentor_ids],
            minimum=[self.minimum[j] for j in mentor_ids],
            demand=[self.demand[i] for i in mentee_ids],
            limits=limits[::-1] if backwards else limits,
        )

    def rows(self):
        """Every bound as (pairs, least, most)."""
        for person, most in self.demand.items():
            yield [pair for pair in self.scores if pair[0] == person], 0, most
        for person, most in self.places.items():
            held = [pair for pair in self.scores if pair[1] == person]
            yield held, self.minimum[person], most
        for held, least, most in self.limits.values():
            yield list(held), least, len(held) if most is None else most

    def best(self):
        """Greatest mean number and mean score by a linear programme; None if nothing is allowed."""
        pairs = list(self.scores)
        rows = [[float(pair in held) for pair in pairs] for held, _, _ in self.rows()]
        most = [float(upper) for _, _, upper in self.rows()]
        least = [-float(lower) for _, lower, _ in self.rows()]
        settings = {
            "A_ub": np.array(rows + [[-each for each in row] for row in rows]),
            "b_ub": np.array(most + least),
            "bounds": [(0.0, float(self.caps[pair])) for pair in pairs],
        }
        ones = np.ones(len(pairs))
        first = linprog(-ones, **settings)
        if first.status == 2:
            return None
        value = -np.array([self.scores[pair] for pair in pairs], dtype=float)
        second = linprog(value, **settings, A_eq=[ones], b_eq=[-first.fun])
        assert 0 == first.status == second.status
        return -first.fun, -second.fun

    def is_legal(self, made):
        return all(
            least <= sum(pair in made for pair in held) <= most for held, least, most in self.rows()
        )


def pairs_of(candidates):
    source = candidates.source
    return list(
        zip(source.mentee_ids[candidates.mentee], source.mentor_ids[candidates.mentor], strict=True)
    )


def chances(lottery):
    """Return the exact chance of every pair by id."""
    told = lottery.marginals
    shares = [Fraction(int(k), told.denominator) for k in told.numerator]
    return dict(zip(pairs_of(lottery.candidates), shares, strict=True))


@st.composite
def cases(draw, *, caps=tuple(CAPS), most_pairs=9):
    """Up to 4 x 3 people; limits on nested groups of mentors, of mentees, and on one mentee."""
    mentees = [f"e{k}" for k in range(draw(st.integers(1, 4)))]
    mentors = [f"m{k}" for k in range(draw(st.integers(1, 3)))]
    every = list(itertools.product(mentees, mentors))
    pairs = draw(st.lists(st.sampled_from(every), unique=True, min_size=1, max_size=most_pairs))
    kinds = {
        "two mentors": lambda i, j: j in ("m0", "m1"),
        "all mentors": lambda i, j: True,
        "two mentees": lambda i, j: i in ("e0", "e1"),
        "three mentees": lambda i, j: i in ("e0", "e1", "e2"),
        "half of e3": lambda i, j: i == "e3" and j != "m2",
        "part of m2": lambda i, j: j == "m2" and i in ("e2", "e3"),
    }
    limits = {}
    for name in draw(st.lists(st.sampled_from(sorted(kinds)), unique=True, max_size=4)):
        held = {pair for pair in pairs if kinds[name](*pair)}
        least = draw(st.sampled_from([0, 0, 0, 1, 2]))
        limits[name] = (held, least, draw(st.none() | st.integers(max(1, least), 3)))
    places = {j: draw(st.integers(0, 3)) for j in mentors}
    return Case(
        {pair: draw(st.integers(-2, 5)) for pair in pairs},
        {pair: draw(st.sampled_from(caps)) for pair in pairs},
        places,
        {j: min(draw(st.sampled_from([0, 0, 0, 1])), places[j]) for j in mentors},
        {i: draw(st.integers(0, 2)) for i in mentees},
        limits,
    )


@settings(max_examples=200)
@given(case=cases())
def test_chances_are_as_good_as_a_linear_programme_can_make_them(case):
    lottery, best = case.run(), case.best()

    if best is None:
        assert Termination.INFEASIBLE is lottery.termination
        assert lottery.obstacles
    else:
        assert Termination.OPTIMAL is lottery.termination
        assert float(lottery.expected_pairs) == pytest.approx(best[0], abs=1e-7)
        assert float(lottery.expected_units) == pytest.approx(best[1], abs=1e-6)


def test_the_tiny_cases_are_of_both_kinds():
    outcomes = {True: 0, False: 0}

    @settings(max_examples=200)
    @given(case=cases())
    def count(case):
        outcomes[case.best() is None] += 1

    count()
    assert min(outcomes.values()) >= 20


@settings(max_examples=60)
@given(case=cases(most_pairs=6))
def test_over_all_branches_of_a_draw_every_pair_has_exactly_its_chance(case):
    lottery = case.run()
    assume(lottery.termination is Termination.OPTIMAL)
    total, mean = Fraction(0), dict.fromkeys(case.scores, Fraction(0))

    for chance, matching in every_branch(lottery._drawn):
        assert case.is_legal(matching.pairs)
        total += chance
        for pair in matching.pairs:
            mean[pair] += chance

    assert 1 == total
    assert chances(lottery) == mean
    assert all(mean[pair] <= case.caps[pair] for pair in mean)


@given(case=cases(), seed=st.integers(0, 2**63 - 1))
def test_every_draw_is_legal_and_next_to_the_mean_of_everybody(case, seed):
    lottery = case.run()
    assume(lottery.termination is Termination.OPTIMAL)
    expected = chances(lottery)

    made = lottery.draw(seed).pairs

    assert case.is_legal(made)
    for held in [list(expected), *(held for held, _, _ in case.rows())]:
        mean = sum(expected[pair] for pair in held)
        assert abs(sum(pair in made for pair in held) - mean) < 1


@given(case=cases())
def test_a_decomposition_has_the_same_chances(case):
    lottery = case.run()
    assume(lottery.termination is Termination.OPTIMAL)
    mean = dict.fromkeys(case.scores, Fraction(0))

    parts = lottery.decomposition()

    for chance, matching in parts:
        assert case.is_legal(matching.pairs)
        for pair in matching.pairs:
            mean[pair] += chance
    assert 1 == sum(chance for chance, _ in parts)
    assert chances(lottery) == mean
    assert len(parts) <= lottery.denominator


@given(case=cases(), data=st.data())
def test_the_order_of_rows_and_of_limits_decides_nothing(case, data):
    lottery = case.run()
    other = case.run(
        mentee_ids=data.draw(st.permutations(list(case.demand))),
        mentor_ids=data.draw(st.permutations(list(case.places))),
        backwards=True,
    )

    assert lottery.obstacles == other.obstacles
    if lottery.termination is Termination.OPTIMAL:
        assert chances(lottery) == chances(other)
        assert set(lottery.draw(5).pairs) == set(other.draw(5).pairs)


@given(case=cases(caps=(Fraction(1),)))
def test_with_caps_of_one_a_lottery_is_the_best_matching_itself(case):
    case.limits = {}
    lottery = case.run()
    assume(lottery.termination is Termination.OPTIMAL)
    model = cmmatch.Model(
        lottery.candidates,
        [
            constraints.MentorCapacity(list(case.places.values()), list(case.minimum.values())),
            constraints.MenteeDemand(list(case.demand.values())),
        ],
        [objectives.MostMatched(), objectives.TotalScore()],
    )

    values = [stage.value for stage in cmmatch.solve(model).stages]

    assert [lottery.expected_pairs, lottery.expected_units] == values
    assert {0, 1} >= set(chances(lottery).values())


def wide(**settings):
    """Six mentees, three mentors with two places each, everybody eligible."""
    scores = np.random.default_rng(3).integers(1, 100, (6, 3)) / 100
    candidates = Candidates.from_matrix(scores)
    return cmmatch.lottery(candidates, **{"cap": 0.4, "places": 2, **settings})


def test_pairs_are_drawn_as_often_as_their_chance_says():
    lottery, draws = wide(), 2000
    drawn = np.zeros(len(lottery.candidates), dtype=int)
    for seed in range(draws):
        matching = lottery.draw(seed)
        drawn[lottery.candidates.index(matching.mentee, matching.mentor)] += 1

    # Eighteen pairs at a millionth each: a right lottery fails once in 25,000 choices of seeds.
    low, high = binom.ppf([[1e-6], [1 - 1e-6]], draws, lottery.marginals.probability)
    assert (low <= drawn).all()
    assert (drawn <= high).all()
    assert {1, 2} == set(lottery.marginals.numerator.tolist())


def test_the_same_seed_draws_the_same_and_other_seeds_draw_others():
    lottery = wide()

    assert lottery.draw(1).pairs == lottery.draw(1).pairs
    assert 5 < len({lottery.draw(seed).pairs for seed in range(30)})


def test_a_cap_costs_score_and_the_mean_says_how_much():
    scores = [[0.9, 0.4], [0.8, 0.7]]
    free, capped = (
        cmmatch.lottery(Candidates.from_matrix(scores), cap=cap) for cap in (1, Fraction(3, 4))
    )

    assert 1.6 == free.expected_score
    assert Fraction(3, 4) * 1_600_000 + Fraction(1, 4) * 1_200_000 == capped.expected_units
    assert 1.5 == capped.expected_score
    assert 2 == capped.expected_pairs


def test_pairs_that_can_be_drawn_are_a_data_frame():
    candidates = Candidates.from_matrix(
        [[0.9, 0.4], [0.8, NAN]], mentee_ids=["ann", "bob"], mentor_ids=["max", "mia"]
    )
    lottery = cmmatch.lottery(candidates, cap=[1, 1, Fraction(1, 4)], demand=[0, 1])

    assert [{"mentee_id": "bob", "mentor_id": "max", "score": 0.8, "probability": 0.25}] == (
        lottery.pairs.to_dict("records")
    )
    assert "optimal: 1 pair can be drawn; on average 0.25 are, with a total score of 0.2" == str(
        lottery
    )


def test_the_number_of_pairs_comes_before_the_score():
    pairs = Candidates.from_matrix([[0.9, 0.1], [0.8, NAN]])

    # The better pair would leave the second mentee without anybody.
    assert [0.0, 1.0, 1.0] == cmmatch.lottery(pairs, cap=1).marginals.probability.tolist()


def test_least_loads_that_caps_leave_out_of_reach_are_named():
    candidates = Candidates.from_matrix([[0.5, 0.5]], mentee_ids=["ann"], mentor_ids=["max", "mia"])
    lottery = cmmatch.lottery(candidates, cap=0.25, minimum=[1, 0])

    assert Termination.INFEASIBLE is lottery.termination
    assert (
        "pairs of mentor max: at least 1 must be made, but where as few as can be are missed, caps "
        "and other bounds leave 1/4.",
    ) == lottery.obstacles
    assert str(lottery).startswith("infeasible\n  pairs of mentor max")
    for question in (
        lambda: lottery.pairs,
        lambda: lottery.marginals,
        lambda: lottery.expected_pairs,
        lambda: lottery.draw(1),
        lottery.decomposition,
    ):
        with pytest.raises(NoMatching, match=r"nothing to draw from: infeasible\. pairs of mentor"):
            question()


def test_limits_that_cannot_be_kept_are_named():
    candidates = Candidates.from_matrix([[0.5, 0.5], [0.5, 0.5]])
    limits = [PairLimit("first site", candidates.mentor == 0, at_least=2)]

    assert (
        cmmatch.lottery(candidates, cap=1, limits=limits)
        .obstacles[0]
        .startswith("limit 'first site': at least 2 must be made")
    )
    assert (
        Termination.OPTIMAL
        is cmmatch.lottery(candidates, cap=1, places=2, limits=limits).termination
    )


def test_least_numbers_far_beyond_anything_are_infeasible_not_an_overflow():
    candidates = Candidates.from_matrix([[0.5]])
    limit = PairLimit("all", [0], at_least=2**60)

    lottery = cmmatch.lottery(candidates, cap=0.0001, places=2**62, limits=[limit])

    assert Termination.INFEASIBLE is lottery.termination


def test_with_kept_candidates_nothing_is_said_of_all_pairs():
    source = Candidates.from_matrix([[0.5, 0.4], [0.5, 0.4]]).source
    kept = Candidates.from_source(source, keep=1)

    lottery = cmmatch.lottery(kept, cap=1, minimum=[0, 1])

    assert Termination.NO_SOLUTION is lottery.termination
    assert "Only the best 1 pairs of each mentee" in lottery.obstacles[-1]


def test_nobody_to_match_is_a_lottery_of_nothing():
    lottery = cmmatch.lottery(Candidates.from_matrix(np.empty((0, 2))), cap=0.5)

    assert 0 == lottery.expected_pairs
    assert () == lottery.draw(0).pairs
    assert [1] == [chance for chance, _ in lottery.decomposition()]


def test_a_limit_on_some_pairs_of_several_people_on_both_sides_is_refused_by_name():
    candidates = Candidates.from_matrix(
        np.full((3, 3), 0.5), mentee_ids=["ann", "bob", "cem"], mentor_ids=["max", "mia", "mo"]
    )
    corner = PairLimit("corner", (candidates.mentee < 2) & (candidates.mentor < 2), at_most=1)

    with pytest.raises(
        ModelError,
        match=r"ring: limit 'corner' - pairs of (mentee|mentor) \w+ - pairs of (mentee|mentor)",
    ):
        cmmatch.lottery(candidates, cap=0.5, limits=[corner])


def test_groups_that_overlap_on_one_side_are_refused_by_name():
    candidates = Candidates.from_matrix(np.full((2, 3), 0.5))
    limits = [
        PairLimit("north", candidates.mentor < 2, at_most=1),
        PairLimit("senior", candidates.mentor > 0, at_most=1),
    ]

    with pytest.raises(ModelError, match=r"limit 'north'.*limit 'senior'|limit 'senior'.*'north'"):
        cmmatch.lottery(candidates, cap=0.5, limits=limits)


def test_two_limits_of_one_name_are_refused():
    candidates = Candidates.from_matrix([[0.5]])

    with pytest.raises(ModelError, match="different names; given twice: site"):
        cmmatch.lottery(candidates, cap=1, limits=[PairLimit("site", [0]), PairLimit("site", [])])


@pytest.mark.parametrize(
    ("cap", "share"),
    [
        (0.35, Fraction(7, 20)),
        (1 / 3, Fraction(1, 3)),
        (1, Fraction(1)),
        (np.float64(0.0001), Fraction(1, 10_000)),
        (np.array([0.5, 0.25]), Fraction(1, 2)),
        (["0.5", Fraction(1, 4)], None),
        (0, None),
        (1.0001, None),
        (-0.5, None),
        (NAN, None),
        (float("inf"), None),
        (None, None),
    ],
)
def test_a_cap_is_the_fraction_that_is_written_or_is_refused(cap, share):
    candidates = Candidates.from_matrix([[0.5, 0.5]])

    if share is None:
        with pytest.raises(ModelError, match="'cap' must be above 0 and at most 1; given"):
            cmmatch.lottery(candidates, cap=cap)
    else:
        assert share == max(chances(cmmatch.lottery(candidates, cap=cap)).values())


@pytest.mark.parametrize(
    ("cap", "message"),
    [
        (0.123456, r"denominator of at most 10000; given 0.123456. Give 1229/9955"),
        (np.float32(0.1), "denominator of at most 10000"),
        ([Fraction(1, 9999), Fraction(1, 9998)], "2 shares that need 99970002"),
        ([0.5], "one for each of the 2 pairs"),
    ],
)
def test_caps_without_a_small_common_denominator_are_refused(cap, message):
    with pytest.raises(ModelError, match=message):
        cmmatch.lottery(Candidates.from_matrix([[0.5, 0.5]]), cap=cap)


def test_the_finest_denominator_is_counted_exactly():
    lottery = wide(cap=Fraction(3333, 10_000))

    assert Fraction(3333 * 18, 10_000) == lottery.expected_pairs
    assert {Fraction(3333, 10_000)} == set(chances(lottery).values())


@pytest.mark.parametrize(
    ("spoil", "settings", "message"),
    [
        (lambda flow: flow + 1_000_000, {}, "break bounds: pairs of mentee"),
        (lambda flow: flow * 0, {"cap": 1, "minimum": 1}, "break bounds: pairs of mentor"),
        (lambda flow: np.r_[-flow[:1], flow[1:]], {}, "break bounds: pairs of mentor"),
        (lambda flow: np.r_[flow[:1] + 1, flow[1:]], {}, "break bounds: a cap"),
        (
            lambda flow: np.r_[flow[:-1], flow[-1:] + 1],
            {},
            "counts 3 shares of pairs, their sum is 2",
        ),
    ],
)
def test_a_wrong_answer_of_the_solver_is_not_returned(monkeypatch, spoil, settings, message):
    candidates = Candidates.from_matrix([[0.5, 0.5]])
    right = circulation.Circulation.best
    monkeypatch.setattr(
        circulation.Circulation, "best", lambda self, profit: spoil(right(self, profit))
    )

    with pytest.raises(SolverDisagreement, match=message):
        cmmatch.lottery(candidates, **{"cap": 0.5, "demand": 2, "places": 2, **settings})


def test_a_matching_that_breaks_rules_is_recounted_as_such():
    candidates = Candidates.from_matrix([[0.5, 0.5], [0.5, NAN]])
    limit = PairLimit("first site", candidates.mentor == 0, at_most=1)
    lottery = cmmatch.lottery(candidates, cap=1, places=2, limits=[limit])

    made = cmmatch.Matching.from_ids(
        [("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")],
        mentee_ids=candidates.source.mentee_ids,
        mentor_ids=candidates.source.mentor_ids,
    )

    assert {
        "mentee demand: 0 has 2 pairs; 0 to 1 are allowed.",
        "mentee demand: 1 has 2 pairs; 0 to 1 are allowed.",
        "candidates: 1 with 1 is not among them.",
        "first site: 2 of its pairs are made.",
    } == set(map(str, lottery.violations(made)))
    assert () == lottery.violations(lottery.draw(3))
