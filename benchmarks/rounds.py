"""Rounds: components, whole score, product and loop, timed one after the other, again and again.

So all of them meet the same machine in the same state, and a ratio within a round says more than
two times of two runs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from cases import WIDTH
from loop import PairLoop
from threadpoolctl import threadpool_limits

from cmmatch.compatibility.selection import block_rows
from cmmatch.compatibility.texts import character_tfidf
from cmmatch.compatibility.workers import cores, workers

__all__ = ["Rounds", "run_rounds", "spread_blocks"]

NGRAMS = "product of n-grams"
BLOCKS = 8
SAMPLE = 4000
"""Pairs that the loop scores in a round."""


def spread_blocks(mentees, mentors):
    """Return some blocks of mentees, evenly spread, as large as where candidates are chosen.

    Smaller ones where there are few mentees, so that each core has two.
    """
    rows = min(block_rows(mentors), -(-mentees // (2 * cores())))
    starts = np.arange(0, mentees, rows)
    some = np.unique(np.linspace(0, len(starts) - 1, BLOCKS).round().astype(np.intp))
    return [np.arange(start, min(start + rows, mentees)) for start in starts[some].tolist()]


@dataclass(frozen=True)
class Rounds:
    """Seconds of every round, by what was timed.

    ``loop`` is for ``loop_pairs`` pairs, the others for ``pairs``.
    """

    pairs: int
    loop_pairs: int
    one_core: dict = field(default_factory=dict)
    all_cores: dict = field(default_factory=dict)
    loop: list = field(default_factory=list)

    def figures(self):
        """Pairs a second, by median and by the fastest round; ratios round by round."""
        loop = self._speed(self.loop, self.loop_pairs)
        return {
            "one_core": {name: self._speed(each) for name, each in self.one_core.items()},
            "all_cores": {name: self._speed(each) for name, each in self.all_cores.items()},
            "loop": loop,
            "whole_over_product": {
                "one_core": _ratio(self.one_core["whole"], self.one_core["product"]),
                "all_cores": _ratio(self.all_cores["whole"], self.all_cores["product"]),
            },
            "whole_over_ngrams": _ratio(self.one_core["whole"], self.one_core[NGRAMS]),
            "loop_over_whole": _ratio(self.loop, self.one_core["whole"])
            * (self.pairs / self.loop_pairs),
        }

    def _speed(self, seconds, pairs=None):
        count = pairs or self.pairs
        return {
            "pairs_per_second": count / statistics.median(seconds),
            "fastest": count / min(seconds),
        }


def _ratio(one, other):
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def run_rounds(scored, *, rounds, seed, encoder=None):
    """Time everything in turn, after one round that does not count.

    ``encoder`` is what statements were compared by, where it was not tf-idf.
    """
    blocks = spread_blocks(*scored.shape)
    product = _product(len(blocks[0]), scored.shape[1], seed=seed)
    parts = dict(zip(scored.names, (each.block for each in scored.prepared), strict=True))
    parts |= {"eligibility": scored.eligibility.block, "whole": scored.block, "product": product}
    parts[NGRAMS] = _product_of_ngrams(scored.programme)
    loop, people = _loop(scored, encoder, seed=seed)
    found = Rounds(sum(map(len, blocks)) * scored.shape[1], len(people))
    for _ in range(rounds + 1):
        with threadpool_limits(1, user_api="blas"):
            for name, block in parts.items():
                found.one_core.setdefault(name, []).append(_seconds(block, blocks))
        found.all_cores.setdefault("whole", []).append(_seconds_of_workers(scored.block, blocks))
        found.all_cores.setdefault("product", []).append(_seconds(product, blocks))
        start = time.perf_counter()
        loop.scores(people)
        found.loop.append(time.perf_counter() - start)
    for seconds in (*found.one_core.values(), *found.all_cores.values(), found.loop):
        del seconds[0]
    return found, blocks


def _product(rows, mentors, *, seed):
    """One plain product of text vectors, as long as the rows that are asked for."""
    rng = np.random.default_rng(seed)
    asked, given = (rng.normal(size=(n, WIDTH)).astype(np.float32) for n in (rows, mentors))
    for vectors in (asked, given):
        vectors /= np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    turned = np.ascontiguousarray(given.T)
    return lambda rows: asked[: len(rows)] @ turned


def _product_of_ngrams(programme):
    """The plain product of the vectors that tf-idf makes, by scipy, turned into an array."""
    sides = [side.statement.tolist() for side in (programme.mentees, programme.mentors)]
    vectors = character_tfidf([*sides[0], *sides[1]]).astype(np.float32)
    asked, given = vectors[: len(sides[0])], vectors[len(sides[0]) :].T.tocsr()
    return lambda rows: (asked[rows] @ given).toarray()


def _seconds(block, blocks):
    total = 0.0
    for rows in blocks:
        # What is remembered of the block before, common hours for one, must not be of this one.
        block(rows[:0])
        start = time.perf_counter()
        block(rows)
        total += time.perf_counter() - start
    return total


def _seconds_of_workers(block, blocks):
    with workers() as executor:
        start = time.perf_counter()
        deque(executor.map(block, blocks), maxlen=0)
        return time.perf_counter() - start


def _loop(scored, encoder, *, seed):
    """Return the loop and a sample of people, once both ways of scoring agree on it."""
    rng = np.random.default_rng(seed)
    mentee, mentor = (rng.integers(n, size=SAMPLE) for n in scored.shape)
    loop = PairLoop(scored, encoder)
    people = loop.people(mentee, mentor)
    apart = np.abs(np.array(loop.scores(people)) - scored.pairs(mentee, mentor))
    if apart.max() > 1:
        k = int(apart.argmax())
        sys.exit(
            f"The loop and the library must agree to a millionth; mentee {mentee[k]} and mentor "
            f"{mentor[k]} are {apart[k]} millionths apart, {np.count_nonzero(apart > 1)} of "
            f"{SAMPLE} pairs more than one."
        )
    return loop, people
