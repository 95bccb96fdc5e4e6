"""Lists of names: as evenly long as can be, then the highest total; against all possibilities."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Candidates
from cmmatch.assignment.listing import fairest_lists

NAN = float("nan")
SCORE = st.one_of(st.just(NAN), st.integers(0, 10).map(lambda tenths: tenths / 10))
CASES = st.integers(1, 3).flatmap(
    lambda m: st.tuples(
        st.lists(st.lists(SCORE, min_size=m, max_size=m), min_size=1, max_size=3),
        st.lists(st.integers(0, 3), min_size=m, max_size=m),
        st.integers(0, 3),
    )
)


def drawn(scores, most, size):
    candidates = Candidates.from_matrix(scores)
    sizes = np.full(len(scores), size, dtype=np.int64)
    return candidates, fairest_lists(candidates, size=sizes, most=np.array(most, dtype=np.int64))


def every_choice(candidates, most, size):
    """Yield the lengths and the total of every choice of lists that is allowed."""
    n, m = candidates.shape
    for picked in product((False, True), repeat=len(candidates)):
        chosen = np.array(picked, dtype=np.bool_)
        length = np.bincount(candidates.mentee[chosen], minlength=n)
        load = np.bincount(candidates.mentor[chosen], minlength=m)
        if (length <= size).all() and (load <= most).all():
            yield tuple(length.tolist()), int(candidates.score[chosen].sum())


@given(CASES)
def test_lengths_are_the_fairest_and_the_total_is_that_of_all_possibilities(case):
    scores, most, size = case
    candidates, lists = drawn(scores, most, size)
    choices = list(every_choice(candidates, most, size))
    length = tuple(lists.mentee_load.tolist())
    kept = candidates.index(lists.mentee, lists.mentor)

    assert max(sorted(each) for each, _ in choices) == sorted(length)
    assert max(total for each, total in choices if each == length) == candidates.score[kept].sum()


@given(CASES)
def test_nobody_stands_on_more_lists_than_allowed(case):
    scores, most, size = case
    _, lists = drawn(scores, most, size)

    assert (lists.mentor_load <= most).all()
    assert (lists.mentee_load <= size).all()


def test_nobody_gets_a_second_name_while_somebody_could_have_a_first():
    """The highest total would give both names to the first; one solve for the most may do so."""
    _, lists = drawn([[0.9, 0.9], [0.1, 0.1]], [1, 1], 2)

    assert [1, 1] == lists.mentee_load.tolist()


def test_without_people_there_are_no_lists():
    nobody = Candidates.from_matrix(np.empty((0, 0)))
    empty = np.empty(0, dtype=np.int64)

    assert 0 == len(fairest_lists(nobody, size=empty, most=empty))
