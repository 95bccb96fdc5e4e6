"""Tiny candidates with a matching drawn at random, mostly not a good one: for measures of any."""

from typing import NamedTuple

import numpy as np

from cmmatch import Candidates, Matching


class TinyMatching(NamedTuple):
    """Up to 7 mentees and 5 mentors, some of whom want nobody or have no place."""

    candidates: Candidates
    matching: Matching
    places: np.ndarray
    demand: np.ndarray


def tiny_matching(seed, *, least=-2):
    """Draw few distinct scores, so that ties are common, from ``least`` quarters to 4 quarters."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 8)), int(rng.integers(1, 6))
    scores = rng.integers(least, 5, (n, m)) / 4
    scores = np.where(rng.random((n, m)) < rng.choice([0.0, 0.3, 0.9]), np.nan, scores)
    candidates = Candidates.from_matrix(scores)
    places, demand = rng.integers(0, 4, m), rng.integers(0, 4, n)
    if seed % 3 == 0:
        demand = np.minimum(demand, 1)
    free, wanted = places.copy(), demand.copy()
    made = []
    for k in rng.permutation(len(candidates)):
        i, j = candidates.mentee[k], candidates.mentor[k]
        if free[j] and wanted[i] and rng.random() < 0.8:
            free[j] -= 1
            wanted[i] -= 1
            made.append((i, j))
    pairs = np.array(made, dtype=np.int64).reshape(-1, 2)
    source = candidates.source
    matching = Matching(pairs[:, 0], pairs[:, 1], source.mentee_ids, source.mentor_ids)
    return TinyMatching(candidates, matching, places, demand)


def uneven_matching(seed):
    """Draw six mentors with one place each, handed out blindly to four mentees or fewer."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 5)), 6
    scores = rng.integers(0, 4, (n, m)) / 4
    scores = np.where(rng.random((n, m)) < 0.1, np.nan, scores)
    candidates = Candidates.from_matrix(scores)
    holder = np.minimum(rng.integers(0, n + 2, m), n - 1)
    held = ~np.isnan(scores[holder, np.arange(m)])
    source = candidates.source
    mentor = np.flatnonzero(held)
    matching = Matching(holder[held], mentor, source.mentee_ids, source.mentor_ids)
    demand = np.maximum(matching.mentee_load, rng.integers(1, 4, n))
    return TinyMatching(candidates, matching, np.ones(m, np.int64), demand)
