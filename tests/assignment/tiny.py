"""Tiny programmes with everything that degrees can hold, and every set of pairs that keeps them."""

import itertools
from dataclasses import dataclass

import numpy as np

from cmmatch import Candidates, Model
from cmmatch.assignment.backends import Answer, Choice
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.form import Need
from cmmatch.assignment.result import Termination

UNIT = 0.25


@dataclass(frozen=True, eq=False)
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
    def drawn(cls, seed):
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
        scores = rng.integers(-1, 5, (n, m)) * UNIT
        scores = np.where(rng.random((n, m)) < 0.2, np.nan, scores)
        places, demand = rng.integers(0, 4, m), rng.integers(0, 3, n)
        least = np.minimum(rng.integers(0, 3, m) * (rng.random(m) < 0.3), places)
        needed = np.minimum(rng.integers(0, 2, n) * (rng.random(n) < 0.3), demand)
        pairs = [(str(i), str(j)) for i, j in rng.permutation(np.argwhere(~np.isnan(scores)))]
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

    @property
    def ranks(self):
        """Up to three ranks; some pairs have none, and one that may not be made has one."""
        rng = np.random.default_rng(self.seed + 10**6)
        n, m = self.scores.shape
        drawn = rng.choice([0, 1, 2, 7], (n, m), p=[0.25, 0.25, 0.25, 0.25])
        return {(str(i), str(j)): int(drawn[i, j]) for i, j in np.argwhere(drawn)}

    def model(self, objectives, *, keep=None):
        """Put the model together; ``keep`` leaves all other pairs to column generation."""
        candidates = Candidates.from_matrix(self.scores, resolution=UNIT)
        if keep is not None:
            where = np.array(self.required, dtype=int).reshape(-1, 2)
            always = where[:, 0], where[:, 1]
            candidates = Candidates.from_source(candidates.source, keep=keep, always=always)
        return Model(candidates, self.rules, objectives, seed=self.seed)

    def score(self, pair):
        """In units."""
        return round(float(self.scores[int(pair[0]), int(pair[1])]) / UNIT)

    def feasible(self):
        """Every set of pairs that keeps the rules, as tuples of pairs of ids."""
        n, m = self.scores.shape
        free = [
            (str(i), str(j))
            for i, j in np.argwhere(~np.isnan(self.scores))
            if (str(i), str(j)) not in self.forbidden
        ]
        for picked in itertools.product((False, True), repeat=len(free)):
            made = tuple(itertools.compress(free, picked))
            mentees = [sum(i == str(k) for i, _ in made) for k in range(n)]
            mentors = [sum(j == str(k) for _, j in made) for k in range(m)]
            fine = set(self.required) <= set(made)
            for low, load, most in (
                *zip(self.needed, mentees, self.demand, strict=True),
                *zip(self.least, mentors, self.places, strict=True),
            ):
                fine = fine and low <= load <= most
            if fine:
                yield made


def best_of_all(tiny, definitions):
    """Return the greatest list of values that any set has, the first value first."""
    found = ([each(tiny, made) for each in definitions] for made in tiny.feasible())
    return max(found, default=None)


class Enumeration:
    """A backend for any rows: it looks at every choice."""

    name = "enumeration"
    honours = frozenset(Need)

    def available(self):
        return True

    def maximise(self, form, target, *, deadline=None):
        best = None
        for picked in itertools.product((False, True), repeat=len(form)):
            chosen = np.array(picked, dtype=bool)
            extras = np.zeros(0, dtype=np.int64)
            if self.keeps(form, chosen):
                value = target.value(form, chosen, extras)
                if best is None or value > best.value:
                    best = Choice(chosen, extras, value, value)
        return Answer(Termination.INFEASIBLE if best is None else Termination.OPTIMAL, best)

    def keeps(self, form, chosen):
        mentee = np.bincount(form.mentee[chosen], minlength=form.n_mentees)
        mentor = np.bincount(form.mentor[chosen], minlength=form.n_mentors)
        rows = form.rows
        reached = np.zeros(len(rows), dtype=np.int64)
        np.add.at(reached, rows.row, rows.coefficient * chosen[rows.column])
        return bool(
            chosen[form.required].all()
            and (form.mentee_lower <= mentee).all()
            and (mentee <= form.mentee_upper).all()
            and (form.mentor_lower <= mentor).all()
            and (mentor <= form.mentor_upper).all()
            and (rows.lower <= reached).all()
            and (reached <= rows.upper).all()
        )
