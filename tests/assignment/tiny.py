"""Tiny programmes with everything that degrees can hold, and every set of pairs that keeps them."""

import itertools
from dataclasses import dataclass

import numpy as np

from cmmatch import Candidates, Model
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required

UNIT = 0.25


@dataclass(frozen=True)
class Tiny:
    """Up to 4 x 3 people: scores in quarters (many ties, some negative), and all their rules."""

    scores: np.ndarray
    places: np.ndarray
    least: np.ndarray
    demand: np.ndarray
    needed: np.ndarray
    required: tuple[tuple[str, str], ...]
    forbidden: tuple[tuple[str, str], ...]
    seed: int

    @classmethod
    def drawn(cls, seed, *, highest=5):
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
        scores = rng.integers(-1, highest, (n, m)) * UNIT
        scores = np.where(rng.random((n, m)) < 0.2, np.nan, scores)
        places, demand = rng.integers(0, 4, m), rng.integers(0, 3, n)
        least = np.minimum(rng.integers(0, 3, m) * (rng.random(m) < 0.3), places)
        needed = np.minimum(rng.integers(0, 2, n) * (rng.random(n) < 0.3), demand)
        pairs = [(str(i), str(j)) for i, j in np.argwhere(~np.isnan(scores))]
        rng.shuffle(pairs)
        pairs = [(str(i), str(j)) for i, j in pairs]
        required = tuple(pairs[:1]) if rng.random() < 0.4 else ()
        forbidden = tuple(pairs[1:2]) if rng.random() < 0.4 else ()
        return cls(scores, places, least, demand, needed, required, forbidden, seed)

    @property
    def rules(self):
        return [
            MentorCapacity(self.places, self.least),
            MenteeDemand(self.demand, self.needed),
            *([Required(self.required)] if self.required else []),
            *([Forbidden(self.forbidden)] if self.forbidden else []),
        ]

    def candidates(self, *, keep=None):
        full = Candidates.from_matrix(self.scores, resolution=UNIT)
        if keep is None:
            return full
        where = np.array(self.required, dtype=int).reshape(-1, 2)
        return Candidates.from_source(
            full.source, keep=keep, min_score=-10, always=(where[:, 0], where[:, 1])
        )

    def model(self, objectives, *, keep=None):
        return Model(self.candidates(keep=keep), self.rules, objectives, seed=self.seed)

    def score(self, pair):
        """In units."""
        return round(float(self.scores[int(pair[0]), int(pair[1])]) / UNIT)

    def feasible(self):
        """Every set of pairs that keeps the rules, as tuples of pairs of ids."""
        n, m = self.scores.shape
        free = [
            (str(i), str(j))
            for i in range(n)
            for j in range(m)
            if not np.isnan(self.scores[i, j]) and (str(i), str(j)) not in self.forbidden
        ]
        for picked in itertools.product((False, True), repeat=len(free)):
            made = tuple(itertools.compress(free, picked))
            mentors = [sum(j == str(k) for _, j in made) for k in range(m)]
            mentees = [sum(i == str(k) for i, _ in made) for k in range(n)]
            if (
                set(self.required) <= set(made)
                and all(
                    a <= b <= c for a, b, c in zip(self.least, mentors, self.places, strict=True)
                )
                and all(
                    a <= b <= c for a, b, c in zip(self.needed, mentees, self.demand, strict=True)
                )
            ):
                yield made
