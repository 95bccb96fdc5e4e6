"""The best few of each mentee: exactly those that a sort of all exact scores would give."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Candidates, Model, Programme, Scorer, constraints, objectives, solve
from cmmatch.assignment.result import Termination
from cmmatch.compatibility.candidates import TASKS
from cmmatch.errors import ModelError
from cmmatch.programme.order import lots, pair_lots
from cmmatch.programme.people import texts
from cmmatch.synthesis import make_programme
from cmmatch.testing import reordered

SEED = 3


def programme_of(seed, mentees=24, mentors=17, **blanks):
    made = make_programme(mentees=mentees, mentors=mentors, seed=seed, **blanks)
    return Programme.from_frames(
        made.mentors, made.mentees, pairs=made.pairs, people=made.people, config=made.config
    )


@dataclass(frozen=True)
class Rough:
    """Integer scores whose blocks are off by as much as ``block_error`` allows."""

    exact: np.ndarray
    allowed: np.ndarray
    noise: np.ndarray
    block_error: int

    @property
    def shape(self):
        return self.exact.shape

    @property
    def mentee_ids(self):
        return texts(f"e{k}" for k in range(self.shape[0]))

    @property
    def mentor_ids(self):
        return texts(f"o{k}" for k in range(self.shape[1]))

    def block(self, rows):
        values = (self.exact + self.noise)[rows].astype(np.float32)
        values[~self.allowed[rows]] = np.nan
        return values

    def eligible(self, mentee, mentor):
        return self.allowed[mentee, mentor]

    def pairs(self, mentee, mentor):
        return self.exact[mentee, mentor]


@st.composite
def rough_sources(draw):
    """Few distinct scores, so that most pairs are equal or nearly so."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    shape = draw(st.integers(1, 12)), draw(st.one_of(st.integers(1, 15), st.integers(60, 90)))
    error = draw(st.sampled_from([0, 1, 12]))
    step = draw(st.sampled_from([1, 5, 1000]))
    exact = rng.integers(0, draw(st.sampled_from([1, 3, 40])), shape) * step
    noise = rng.integers(-error, error + 1, shape)
    return Rough(exact, rng.random(shape) < 0.8, noise, error)


def brute_force(source, keep, *, floor=None, always=(), seed=SEED):
    """Sort each mentee's exact scores, equals by lot."""
    n, m = source.shape
    one, other = lots(source.mentee_ids, seed=seed), lots(source.mentor_ids, seed=seed)
    kept = set()
    for i in range(n):
        row = np.full(m, i)
        scores = source.pairs(row, np.arange(m)).tolist()
        lot = pair_lots(one[row], other).tolist()
        eligible = np.flatnonzero(source.eligible(row, np.arange(m))).tolist()
        good = [j for j in eligible if floor is None or scores[j] >= floor]
        best = sorted(good, key=lambda j: (-scores[j], lot[j]))[:keep]
        kept |= {(i, j) for j in best} | {(i, j) for j in eligible if (i, j) in always}
    return sorted(kept)


def pairs_of(candidates):
    return list(zip(candidates.mentee.tolist(), candidates.mentor.tolist(), strict=True))


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        and getattr(one, name).dtype == getattr(other, name).dtype
        for name in ("mentee", "mentor", "score")
    )


@settings(max_examples=200)
@given(rough_sources(), st.integers(1, 16), st.sampled_from([0.0, 0.000005, 0.002]), st.data())
def test_the_best_few_are_those_of_a_sort_of_all_exact_scores(source, keep, least, data):
    n, m = source.shape
    pair = st.tuples(st.integers(0, n - 1), st.integers(0, m - 1))
    always = data.draw(st.lists(pair, max_size=3))
    arrays = tuple(np.array([p[side] for p in always], dtype=np.intp) for side in (0, 1))
    kept = Candidates.from_source(source, keep=keep, seed=SEED, min_score=least, always=arrays)

    floor = round(least * 10**6) if least else None
    assert brute_force(source, keep, floor=floor, always=always) == pairs_of(kept)
    assert source.pairs(kept.mentee, kept.mentor).tolist() == kept.score.tolist()


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_of_a_programme_the_best_few_by_exact_score_are_kept(seed, keep):
    scored = (lambda p: Scorer.for_programme(p).prepare(p))(programme_of(seed, blanks=0.6))
    kept = Candidates.from_source(scored, keep=keep, seed=SEED)

    assert brute_force(scored, keep) == pairs_of(kept)


@pytest.mark.parametrize("rows_at_once", [1, 7, 256])
@pytest.mark.parametrize("threads", [0, 1, 2])
def test_neither_blocks_nor_threads_change_what_is_kept(rows_at_once, threads):
    programme = programme_of(5, mentees=300, mentors=40)
    scored = Scorer.for_programme(programme).prepare(programme)
    expected = Candidates.from_source(scored, keep=6, seed=SEED)
    everything = Candidates.from_source(scored)
    if not threads:
        kept = Candidates.from_source(scored, keep=6, seed=SEED, rows_at_once=rows_at_once)
        every = Candidates.from_source(scored, rows_at_once=rows_at_once)
    else:
        with ThreadPoolExecutor(threads) as pool:
            how = {"rows_at_once": rows_at_once, "executor": pool}
            kept = Candidates.from_source(scored, keep=6, seed=SEED, **how)
            every = Candidates.from_source(scored, **how)

    assert 300 > TASKS
    assert same(expected, kept)
    assert same(everything, every)


def test_processes_change_nothing_either():
    programme = programme_of(5, mentees=30, mentors=12)
    scored = Scorer.for_programme(programme).prepare(programme)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        kept = Candidates.from_source(scored, keep=4, rows_at_once=16, executor=pool)

    assert same(Candidates.from_source(scored, keep=4), kept)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_row_order_changes_nobody_s_kept_pairs(seed):
    programme = programme_of(seed, blanks=0.9)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(programme.mentees)), rng.permutation(len(programme.mentors))
    found = []
    for one in (programme, reordered(programme, rows, columns)):
        kept = Scorer.for_programme(one).candidates(one, keep=3)
        ids = one.mentees.ids[kept.mentee], one.mentors.ids[kept.mentor]
        found.append(sorted(zip(*ids, kept.score.tolist(), strict=True)))

    assert found[0] == found[1]


def test_equals_are_drawn_by_another_lot_for_each_mentee():
    kept = Candidates.from_source(Candidates.from_matrix(np.ones((40, 30))).source, keep=3)
    other = Candidates.from_source(Candidates.from_matrix(np.ones((40, 30))).source, keep=3, seed=1)

    assert 120 == len(kept)
    assert np.bincount(kept.mentor, minlength=30).max() < 20
    assert pairs_of(kept) != pairs_of(other)


def test_required_pairs_are_kept_beside_the_best():
    programme = programme_of(2, mentees=60, mentors=30)
    kept = Scorer.for_programme(programme).candidates(programme, keep=1)
    required = programme.requests.pairs("require", "keep")

    assert len(required)
    assert (kept.index(required[:, 0], required[:, 1]) >= 0).all()
    assert np.bincount(kept.mentee).max() <= 1 + np.bincount(required[:, 0]).max()


def test_a_limit_that_leaves_nothing_out_is_no_limit():
    source = Candidates.from_matrix([[0.5, 0.25]]).source

    assert Candidates.from_source(source, keep=2).keep is None
    assert Candidates.from_source(source, keep=1).keep == 1


def test_nobody_to_score_gives_no_candidates():
    source = Candidates.from_matrix(np.empty((0, 3))).source

    assert 0 == len(Candidates.from_source(source, keep=1))


@pytest.mark.parametrize("given_", [{"keep": 0}, {"keep": -1}, {"rows_at_once": 0}])
def test_counts_below_one_are_refused(given_):
    source = Candidates.from_matrix([[0.5, 0.25]]).source

    with pytest.raises(ModelError, match=r"must be 1 or more; given (0|-1)\."):
        Candidates.from_source(source, **given_)


def model_over(candidates, places=1):
    rules = [constraints.MentorCapacity(places), constraints.MenteeDemand(1)]
    return Model(candidates, rules, [objectives.MostMatched(), objectives.TotalScore()])


def test_a_matching_over_kept_candidates_only_says_so():
    source = Candidates.from_matrix([[0.9, 0.8], [0.9, 0.1]]).source
    kept = Candidates.from_source(source, keep=1)
    floored = Candidates.from_source(source, keep=1, min_score=0.5)

    over_kept = solve(model_over(kept), kept_only=True)

    assert "kept candidates, the best 1 of each mentee" == over_kept.scope
    assert 1 == len(over_kept.matching)
    expected = "kept candidates, the best 1 of each mentee with a score of at least 0.5"
    assert expected == solve(model_over(floored), kept_only=True).scope


def test_pairs_that_were_not_kept_are_made_where_that_is_better():
    source = Candidates.from_matrix([[0.9, 0.8], [0.9, 0.1]]).source
    over_all, from_kept = (
        solve(model_over(Candidates.from_source(source, keep=keep))) for keep in (None, 1)
    )

    assert "all eligible pairs" == over_all.scope == from_kept.scope
    assert (("0", "1"), ("1", "0")) == over_all.matching.pairs == from_kept.matching.pairs
    assert from_kept.certificate.check(source) == {"most_matched": 2, "total_score": 1_700_000}


def test_what_kept_candidates_cannot_do_is_not_called_impossible():
    """Each of the two mentors must have somebody, and both mentees like the same one best."""
    source = Candidates.from_matrix([[0.9, 0.8], [0.9, 0.1]]).source
    answers = []
    for keep, kept_only in ((None, False), (1, False), (1, True)):
        model = Model(
            Candidates.from_source(source, keep=keep),
            [constraints.MentorCapacity(2, minimum=1), constraints.MenteeDemand(1)],
            [objectives.MostMatched()],
        )
        answers.append(solve(model, kept_only=kept_only))

    optimal = Termination.OPTIMAL
    assert [optimal, optimal, Termination.NO_SOLUTION] == [a.termination for a in answers]
    assert "Only the best 1 pairs of each mentee were looked at" in " ".join(answers[2].obstacles)


def test_explanations_are_refused_over_kept_candidates():
    programme = programme_of(2)
    kept = Scorer.for_programme(programme).candidates(programme, keep=1)

    with pytest.raises(ModelError, match="only the best 1 of each mentee were kept"):
        kept.require_all()
