"""One maker of examples for every constraint and objective that is exported.

A maker gets a random generator and candidates, and returns one that fits them. Whoever exports a
new one adds a line here; the conformance tests insist on it.
"""

import numpy as np

from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.objectives import MostMatched, TotalScore


def some_pairs(rng, candidates, most=2):
    """Some candidate pairs by id."""
    ids = candidates.source.mentee_ids, candidates.source.mentor_ids
    drawn = rng.permutation(len(candidates))[: rng.integers(1, most + 1)]
    return tuple((ids[0][candidates.mentee[k]], ids[1][candidates.mentor[k]]) for k in drawn)


def bounds(rng, size):
    """A minimum and a maximum for each person."""
    maximum = rng.integers(0, 4, size)
    return np.minimum(rng.integers(0, 3, size), maximum), maximum


def mentor_capacity(rng, candidates):
    minimum, places = bounds(rng, candidates.shape[1])
    return MentorCapacity(places, minimum)


def mentee_demand(rng, candidates):
    minimum, demand = bounds(rng, candidates.shape[0])
    return MenteeDemand(demand, minimum)


CONSTRAINTS = {
    "Forbidden": lambda rng, candidates: Forbidden(some_pairs(rng, candidates)),
    "MenteeDemand": mentee_demand,
    "MentorCapacity": mentor_capacity,
    "Required": lambda rng, candidates: Required(some_pairs(rng, candidates)),
}

OBJECTIVES = {
    "MostMatched": lambda rng, candidates: MostMatched(float(rng.choice([0.0, 0.4]))),
    "TotalScore": lambda rng, candidates: TotalScore(float(rng.choice([0.0, 0.4]))),
}
