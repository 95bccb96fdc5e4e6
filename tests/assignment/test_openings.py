"""Whom an extra place would serve: recounted over every set of pairs."""

import numpy as np
from tests.tiny_matchings import tiny_matching
from tests.tiny_models import tiny_candidates

from cmmatch import Model, objectives, solve
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.openings import Openings
from cmmatch.testing.oracle import subsets


class Everything:
    """Every set of the candidates that holds the fixed pairs."""

    def __init__(self, candidates, fixed):
        self.candidates = candidates
        self.sets = subsets(len(candidates)).astype(np.int64)
        n, m = candidates.shape
        self.mentee = self.sets @ (candidates.mentee[:, None] == np.arange(n))
        self.mentor = self.sets @ (candidates.mentor[:, None] == np.arange(m))
        index = candidates.index(*fixed)
        self.fine = self.sets[:, index].all(axis=1)

    def best(self, loads, places):
        """The highest total with at least these loads; None if there is none."""
        fine = self.fine & (self.mentee >= loads).all(axis=1) & (self.mentor <= places).all(axis=1)
        total = self.sets[fine] @ self.candidates.score
        return int(total.max()) if len(total) else None


def one_more(array, k):
    more = array.copy()
    more[k] += 1
    return more


def ranked(m):
    return np.arange(m, dtype=np.int64)


def optimum(seed):
    """A best matching of a tiny model, with its places, demand and required pairs."""
    rng = np.random.default_rng(seed)
    candidates = tiny_candidates(rng)
    n, m = candidates.shape
    places, demand = rng.integers(0, 3, m), rng.integers(1, 3, n)
    rules = [MentorCapacity(places), MenteeDemand(demand)]
    fixed = np.empty((2, 0), dtype=np.int64)
    if len(candidates) and rng.random() < 0.4:
        k = int(rng.integers(len(candidates)))
        fixed = np.array([[candidates.mentee[k]], [candidates.mentor[k]]], dtype=np.int64)
        places[fixed[1]] = np.maximum(places[fixed[1]], 1)
        rules = [
            MentorCapacity(places),
            MenteeDemand(demand),
            Required(((str(fixed[0][0]), str(fixed[1][0])),)),
        ]
    wanted = [objectives.MostMatched(), objectives.TotalScore()]
    matching = solve(Model(candidates, rules, wanted, seed=seed)).matching
    return candidates, matching, places, demand, (fixed[0], fixed[1])


def test_an_extra_place_serves_exactly_whom_it_says_and_nobody_loses_one():
    served, refused = 0, 0
    for seed in range(400):
        candidates, matching, places, demand, fixed = optimum(seed)
        found = Openings.of(candidates, matching, places=places, demand=demand, fixed=fixed)
        every, loads = Everything(candidates, fixed), matching.mentee_load
        assert found.waiting.tolist() == np.flatnonzero(demand > loads).tolist()
        for waits, mentee in enumerate(found.waiting):
            for mentor in range(len(places)):
                best = every.best(one_more(loads, mentee), one_more(places, mentor))
                assert (best is not None) == found.serves[waits, mentor], (seed, mentee, mentor)
                served += best is not None
                refused += best is None

    assert served > 200
    assert refused > 200


def test_the_place_that_is_chosen_gives_the_highest_total_score():
    chosen = 0
    for seed in range(400):
        candidates, matching, places, demand, fixed = optimum(seed)
        found = Openings.of(candidates, matching, places=places, demand=demand, fixed=fixed)
        every, loads = Everything(candidates, fixed), matching.mentee_load
        for waits, mentee in enumerate(found.waiting):
            totals = [
                every.best(one_more(loads, mentee), one_more(places, j)) for j in range(len(places))
            ]
            known = [total for total in totals if total is not None]
            best = found.best(waits, ranked(len(places)))
            assert (best is None) == (not known), seed
            if known:
                chosen += len(known) > 1
                assert totals[best] == max(known), (seed, mentee)
                assert totals.index(max(known)) == best, (seed, mentee)

    assert chosen > 50


def test_a_free_place_in_reach_is_found_in_any_matching():
    """Matchings that are not the largest leave free places, the own or behind others."""
    free, none, behind = 0, 0, 0
    for seed in range(300):
        tiny = tiny_matching(seed)
        if len(tiny.candidates) > 14:
            continue
        fixed = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        found = Openings.of(
            tiny.candidates, tiny.matching, places=tiny.places, demand=tiny.demand, fixed=fixed
        )
        every, loads = Everything(tiny.candidates, fixed), tiny.matching.mentee_load
        room = tiny.places > tiny.matching.mentor_load
        for mentee in found.waiting:
            here = tiny.candidates.mentee == mentee
            made = tiny.matching.mentor[tiny.matching.mentee == mentee]
            options = np.setdiff1d(tiny.candidates.mentor[here], made)
            said = bool(found.free[options].any())
            assert said == (every.best(one_more(loads, mentee), tiny.places) is not None), seed
            free += said
            none += not said
            behind += said and not room[options].any()

    assert free > 50
    assert none > 50
    assert behind > 0


def test_most_useful_counts_those_who_could_use_the_place():
    candidates, matching, places, demand, fixed = optimum(11)
    found = Openings.of(candidates, matching, places=places, demand=demand, fixed=fixed)
    best = found.most_useful(ranked(len(places)))

    assert found.uses.tolist() == found.serves.sum(axis=0).tolist()
    assert best is None or found.uses[best] == found.uses.max()


def test_without_anybody_who_waits_there_is_nothing_to_say():
    tiny = tiny_matching(1)
    nothing = np.empty(0, dtype=np.int64)
    found = Openings.of(
        tiny.candidates,
        tiny.matching,
        places=tiny.places,
        demand=tiny.matching.mentee_load,
        fixed=(nothing, nothing),
    )

    assert 0 == len(found.waiting)
    assert found.most_useful(ranked(len(tiny.places))) is None
