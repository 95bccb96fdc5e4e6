"""Methods side by side: each does what its name says, and its figures are those of its matching."""

import numpy as np
import pytest

from cmmatch import Candidates, Termination, solve
from cmmatch.analysis.methods import EXACT, HEADS, METHODS, SIMPLE, compare_methods
from cmmatch.analysis.simple_methods import by_lot, first_come, greedy
from cmmatch.assignment.blocking import blocking_pairs
from cmmatch.assignment.result import Result, StageOutcome
from cmmatch.errors import ModelError

NAN = float("nan")


def drawn(seed, *, mentees=14, mentors=6, lowest=1):
    """Candidates with ties and gaps, places and demand."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(lowest, 40, (mentees, mentors)) / 40
    candidates = Candidates.from_matrix(np.where(rng.random(scores.shape) < 0.2, NAN, scores))
    return candidates, rng.integers(1, 4, mentors), np.ones(mentees, dtype=np.int64)


def told(table):
    return [row.cells()[:-1] for row in table.rows]


def reached(row, *fields):
    return tuple(getattr(row.measures, field) for field in fields)


@pytest.mark.parametrize("seed", range(4))
def test_every_method_is_best_of_all_by_what_it_is_for(seed):
    candidates, places, demand = drawn(seed)
    table = compare_methods(candidates, places=places, demand=demand)
    rows = {row.name: row for row in table.rows}
    full = {name: row for name, row in rows.items() if name != "total_score"}
    most = max(row.measures.pairs for row in rows.values())
    largest = [row.measures for row in full.values() if row.measures.pairs == most]

    assert list(METHODS) == list(rows)
    assert all(rows[name].proven and rows[name].gap == 0.0 for name in EXACT)
    assert not any(rows[name].proven or rows[name].gap is not None for name in SIMPLE)
    assert rows["most_matched"].measures in largest
    assert rows["most_matched"].measures.total == max(each.total for each in largest)
    assert rows["worst_off"].measures.worst == max(each.worst for each in largest)
    assert rows["bottom_share"].measures.bottom == max(each.bottom for each in largest)
    assert rows["total_score"].measures.total == max(row.measures.total for row in rows.values())
    assert 0 == rows["stable"].measures.blocking_pairs == rows["greedy"].measures.blocking_pairs
    assert reached(rows["stable"], "pairs", "total") >= reached(rows["greedy"], "pairs", "total")
    assert rows["greedy"].measures == rows["deferred_mentees"].measures
    assert rows["greedy"].measures == rows["deferred_mentors"].measures


def test_even_load_is_shared_out_where_there_are_places_enough():
    candidates, _, demand = drawn(9, mentees=12, mentors=4)
    table = compare_methods(
        candidates, places=np.full(4, 12), demand=demand, methods=["even_load", "most_matched"]
    )

    assert table.rows[0].measures.load_spread < table.rows[1].measures.load_spread


def test_first_come_takes_the_best_that_is_left_in_the_order_of_rows():
    candidates = Candidates.from_matrix([[0.5, 0.4, NAN], [0.9, 0.1, 0.3], [0.8, 0.7, 0.2]])
    room = np.array([1, 2, 1]), np.array([1, 1, 2])
    made = first_come(candidates, room)

    assert (("0", "0"), ("1", "1"), ("1", "2"), ("2", "2")) == made.pairs


@pytest.mark.parametrize("seed", range(20))
def test_simple_methods_keep_places_and_leave_no_pair_that_could_be_added(seed):
    candidates, places, _ = drawn(seed)
    demand = np.random.default_rng(seed).integers(0, 3, candidates.shape[0])
    for method in (first_come, greedy, by_lot):
        made = method(candidates, (demand, places), seed=seed)
        room = demand - made.mentee_load, places - made.mentor_load
        taken = candidates.index(made.mentee, made.mentor)
        free = (room[0][candidates.mentee] > 0) & (room[1][candidates.mentor] > 0)
        free[taken] = False

        assert min(each.min() for each in room) >= 0
        assert not free.any()
        blocked = blocking_pairs(candidates, made, places=places, demand=demand)
        assert method is not greedy or not len(blocked)


@pytest.mark.parametrize("method", [greedy, by_lot])
def test_the_order_of_rows_does_not_matter(method):
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 5, (9, 5)) / 4
    rows, columns = rng.permutation(9), rng.permutation(5)
    ids = [str(k) for k in range(9)], [f"m{k}" for k in range(5)]
    whole = Candidates.from_matrix(scores, mentee_ids=ids[0], mentor_ids=ids[1])
    turned = Candidates.from_matrix(
        scores[np.ix_(rows, columns)],
        mentee_ids=[ids[0][k] for k in rows],
        mentor_ids=[ids[1][k] for k in columns],
    )
    room = np.ones(9, dtype=np.int64), np.ones(5, dtype=np.int64)
    made = [set(method(each, room, seed=4).pairs) for each in (whole, turned)]

    assert made[0] == made[1]
    assert set(by_lot(whole, room, seed=4).pairs) != set(by_lot(whole, room, seed=5).pairs)


def test_two_comparisons_differ_in_seconds_only():
    candidates, places, demand = drawn(3)
    tables = [compare_methods(candidates, places=places, demand=demand, seed=5) for _ in range(2)]

    assert told(tables[0]) == told(tables[1])


def test_a_method_that_refuses_the_scores_says_so_in_its_row():
    candidates, places, demand = drawn(1, lowest=0)
    table = compare_methods(candidates, places=places, demand=demand, methods=["nash", "greedy"])

    assert table.rows[0].measures is None
    assert "a product needs scores above 0" in table.rows[0].refused
    assert "most matched, Nash, total could not be used: nash: a product" in str(table)
    assert table.rows[1].measures.pairs > 0


def test_what_is_not_proven_has_its_gap_or_says_that_none_is_known():
    def unproven(bound):
        def solver(model):
            whole = solve(model)
            stages = tuple(
                StageOutcome(each.name, each.value, bound and each.value + bound, proven=False)
                for each in whole.stages
            )
            return Result(Termination.FEASIBLE, stages, "all", "", 0, {}, _matching=whole.matching)

        return solver

    candidates, places, demand = drawn(3)
    given = {"places": places, "demand": demand, "methods": ["most_matched"]}
    near = compare_methods(candidates, **given, solver=unproven(1)).rows[0]
    far = compare_methods(candidates, **given, solver=unproven(None)).rows[0]

    assert (False, 1 / (near.measures.pairs + 1)) == (near.proven, near.gap)
    assert f"{near.gap:.2%}" in near.cells()
    assert (False, None) == (far.proven, far.gap)
    assert "not known" in far.cells()


def test_the_table_is_a_frame_and_shows_itself():
    candidates, places, demand = drawn(3)
    table = compare_methods(
        candidates, places=places, demand=demand, methods=["total_score", "random"]
    )

    assert ["total_score", "random"] == list(table.frame["method"])
    assert [each.measures.total for each in table.rows] == list(table.frame["total"])
    assert all(head in str(table) for head in HEADS)
    assert "<table" in table._repr_html_()


def test_an_unknown_method_and_kept_candidates_are_refused():
    candidates, places, demand = drawn(3)
    kept = Candidates.from_source(candidates.source, keep=2)
    with pytest.raises(ModelError, match=r"Unknown methods: best\. There are: first_come"):
        compare_methods(candidates, methods=["best"])
    with pytest.raises(ModelError, match="without 'keep'"):
        compare_methods(kept, places=places, demand=demand)
