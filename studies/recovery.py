"""Where the planted partner stands in each mentee's list: by the score, and by parts of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cmmatch import Scorer

__all__ = ["Ranking", "Recovery", "reciprocal_ranks", "recover"]

WHOLE, CHANCE = "whole score", "chance"


@dataclass(frozen=True)
class Ranking:
    """Reciprocal rank of the partner for each mentee, by one way of ranking; and the top tenth."""

    reciprocal: np.ndarray
    top_tenth: np.ndarray

    @property
    def mrr(self):
        return float(self.reciprocal.mean())

    @property
    def error(self):
        """Standard error of the mean."""
        return float(self.reciprocal.std(ddof=1) / np.sqrt(len(self.reciprocal)))


@dataclass(frozen=True)
class Recovery:
    """All ways of ranking in one programme.

    ``alone`` ranks by one component, ``without`` by the score with its weight at 0; ``left_out`` is
    the number of mentees whose partner no rule lets them meet, so that they have no rank.
    """

    whole: Ranking
    chance: Ranking
    alone: dict[str, Ranking]
    without: dict[str, Ranking]
    left_out: int


def recover(programme, planted):
    """Rank every planted partner among all whom the mentee may meet."""
    scored = Scorer.for_programme(programme).prepare(programme)
    n, m = scored.shape
    pairs = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    eligible = scored.eligible(*pairs).reshape(n, m)
    partner = np.full(n, -1)
    for mentee, mentor in planted.items():
        i, j = programme.mentees.position[mentee], programme.mentors.position[mentor]
        if eligible[i, j]:
            partner[i] = j
    some = partner >= 0
    values = scored.values(*pairs)
    known = np.where(np.isnan(values), scored.neutral, values)

    def ranked(weights):
        # Rounded like scores, so that sums in another order make no difference of their own.
        units = np.rint(known @ weights * 10**6).reshape(n, m)
        return _ranking(np.where(eligible, units, np.nan)[some], partner[some])

    each = np.eye(len(scored.names))
    return Recovery(
        ranked(scored.weights),
        ranked(np.zeros(len(each))),
        {name: ranked(each[k]) for k, name in enumerate(scored.names)},
        {name: ranked(scored.weights * (1 - each[k])) for k, name in enumerate(scored.names)},
        len(planted) - int(some.sum()),
    )


def _ranking(scores, partner):
    better, equal, count = _places(scores, partner)
    # Of those that tie, each is as likely to come first; the share of them within the top tenth.
    top = np.clip((np.ceil(count / 10) - better) / equal, 0, 1)
    return Ranking(reciprocal_ranks(scores, partner), top)


def reciprocal_ranks(scores, partner):
    """Return 1 / rank of each row's partner, in expectation over the order of equals.

    >>> reciprocal_ranks(np.array([[3.0, 2, 1], [1, 1, np.nan]]), np.array([1, 0])).tolist()
    [0.5, 0.75]
    """
    better, equal, _ = _places(scores, partner)
    harmonic = np.append(0.0, np.cumsum(1 / np.arange(1, scores.shape[1] + 1)))
    return (harmonic[better + equal] - harmonic[better]) / equal


def _places(scores, partner):
    own = scores[np.arange(len(scores)), partner][:, None]
    return (scores > own).sum(axis=1), (scores == own).sum(axis=1), (~np.isnan(scores)).sum(axis=1)
